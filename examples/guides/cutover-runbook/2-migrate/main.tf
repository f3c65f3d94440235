# A day before: validate, and start to copy.

terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "project_id" {
  type        = string
  description = "The Atlas project with the destination cluster: 24 hexadecimal digits."
}

locals {
  source = {
    project_id             = "5ff4a1d4e21b3f0001a7c9e2"
    cluster_name           = "orders"
    tls_enabled            = true
    managed_authentication = true # Cloud Manager or Ops Manager knows how to log in
  }
  destination = {
    cluster_name         = "orders-atlas"
    hostname_schema_type = "PUBLIC"
  }
  migration_hosts = ["migration-host-1.example.net"]
}

resource "atlasmigration_live_migration_validation" "orders" {
  project_id      = var.project_id
  source          = local.source
  destination     = local.destination
  migration_hosts = local.migration_hosts
}

resource "atlasmigration_live_migration" "orders" {
  project_id      = var.project_id
  source          = local.source
  destination     = local.destination
  migration_hosts = local.migration_hosts

  # The apply ends as soon as Atlas has named the live migration, so that its ID
  # is in the state. The cutover waits until it is ready.
  wait_until = "started"

  depends_on = [atlasmigration_live_migration_validation.orders]
}

output "live_migration_id" {
  description = "What the cutover needs to know."
  value       = atlasmigration_live_migration.orders.id
}
