# Live migrations that completed, and their cutovers, by the names of the clusters.
terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "project_id" {
  type = string
}

variable "ids" {
  type = map(string)
}

resource "atlasmigration_live_migration" "this" {
  for_each = var.ids

  project_id      = var.project_id
  source          = { project_id = "5ff4a1d4e21b3f0001a7c9e2", cluster_name = each.key, tls_enabled = true, managed_authentication = true }
  destination     = { cluster_name = "${each.key}-atlas", hostname_schema_type = "PUBLIC" }
  migration_hosts = ["migration-host.example.net"]
}

resource "atlasmigration_live_migration_cutover" "this" {
  for_each = var.ids

  project_id        = var.project_id
  live_migration_id = atlasmigration_live_migration.this[each.key].id
  max_lag_seconds   = 30
}
