# A live migration and its cutover for each name, all into the same cluster.
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

variable "names" {
  type    = set(string)
  default = ["old"]
}

variable "drop" {
  type    = bool
  default = false
}

resource "atlasmigration_live_migration" "this" {
  for_each = var.names

  project_id            = var.project_id
  source                = { project_id = "5ff4a1d4e21b3f0001a7c9e2", cluster_name = "orders", tls_enabled = true, managed_authentication = true }
  destination           = { cluster_name = "orders-atlas", hostname_schema_type = "PUBLIC" }
  migration_hosts       = ["migration-host-1.example.net"]
  drop_destination_data = var.drop
  wait_until            = "ready"
}

resource "atlasmigration_live_migration_cutover" "this" {
  for_each = var.names

  project_id        = var.project_id
  live_migration_id = atlasmigration_live_migration.this[each.key].id
}
