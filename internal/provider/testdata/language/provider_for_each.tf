# A provider configuration for each organization.
terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

variable "project_id" {
  type = string
}

variable "keys" {
  type = map(object({ public_key = string, private_key = string }))
}

variable "names" {
  type = set(string)
}

provider "atlasmigration" {
  alias    = "by_organization"
  for_each = var.keys

  public_key  = each.value.public_key
  private_key = each.value.private_key
}

resource "atlasmigration_live_migration" "this" {
  for_each = var.names
  provider = atlasmigration.by_organization[each.key]

  project_id      = var.project_id
  source          = { project_id = "5ff4a1d4e21b3f0001a7c9e2", cluster_name = each.key, tls_enabled = true, managed_authentication = true }
  destination     = { cluster_name = "${each.key}-atlas", hostname_schema_type = "PUBLIC" }
  migration_hosts = ["migration-host-1.example.net"]
  wait_until      = "ready"
}

resource "atlasmigration_live_migration_cutover" "this" {
  for_each = var.names
  provider = atlasmigration.by_organization[each.key]

  project_id        = var.project_id
  live_migration_id = atlasmigration_live_migration.this[each.key].id
}
