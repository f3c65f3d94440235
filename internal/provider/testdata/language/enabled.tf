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

variable "enabled" {
  type = bool
}

resource "atlasmigration_live_migration" "this" {
  project_id      = var.project_id
  source          = { project_id = "5ff4a1d4e21b3f0001a7c9e2", cluster_name = "orders", tls_enabled = true, managed_authentication = true }
  destination     = { cluster_name = "orders-atlas", hostname_schema_type = "PUBLIC" }
  migration_hosts = ["migration-host-1.example.net"]
  wait_until      = "ready"

  lifecycle {
    enabled = var.enabled
  }
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = atlasmigration_live_migration.this.id

  lifecycle {
    enabled = var.enabled
  }
}
