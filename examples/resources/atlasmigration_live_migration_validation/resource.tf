variable "project_id" {
  type        = string
  description = "The Atlas project with the destination cluster: 24 hexadecimal digits."
}

# Ephemeral, so that no state and no plan holds it: set it for every plan and
# apply, for example as TF_VAR_source_password.
variable "source_password" {
  type        = string
  description = "Password of the user that reads the source."
  ephemeral   = true
}

resource "atlasmigration_live_migration_validation" "orders" {
  project_id = var.project_id

  source = {
    project_id             = "5ff4a1d4e21b3f0001a7c9e2"
    cluster_name           = "orders"
    tls_enabled            = true
    ca_certificate_path    = "/etc/mongodb/ca.pem"
    managed_authentication = false
    username               = "migrator"
    password               = var.source_password
  }

  destination = {
    cluster_name         = "orders-atlas"
    hostname_schema_type = "PUBLIC"
  }

  migration_hosts = ["migration-host-1.example.net"]

  timeouts = {
    create = "30m"
  }
}

output "validation" {
  description = "SUCCESS, or why not."
  value       = coalesce(atlasmigration_live_migration_validation.orders.error_message, atlasmigration_live_migration_validation.orders.status)
}
