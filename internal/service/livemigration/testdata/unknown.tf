variable "project_id" {
  type = string
}

variable "revision" {
  type = string
}

variable "cluster" {
  type = string
}

# Nothing of it is known before it is applied, whenever the revision changes.
resource "terraform_data" "later" {
  triggers_replace = var.revision

  input = {
    project_id             = var.project_id
    cluster_name           = "orders"
    managed_authentication = true
    hosts                  = ["migration-host-1.example.net"]
    cluster                = var.cluster
  }
}

resource "atlasmigration_live_migration_validation" "orders" {
  project_id = terraform_data.later.output.project_id
  source = {
    project_id             = "5ff4a1d4e21b3f0001a7c9e2"
    cluster_name           = terraform_data.later.output.cluster_name
    tls_enabled            = true
    managed_authentication = terraform_data.later.output.managed_authentication
  }
  destination = {
    cluster_name         = terraform_data.later.output.cluster
    hostname_schema_type = "PUBLIC"
  }
  migration_hosts = terraform_data.later.output.hosts
}

resource "atlasmigration_live_migration" "orders" {
  project_id      = atlasmigration_live_migration_validation.orders.project_id
  source          = atlasmigration_live_migration_validation.orders.source
  destination     = atlasmigration_live_migration_validation.orders.destination
  migration_hosts = atlasmigration_live_migration_validation.orders.migration_hosts
}
