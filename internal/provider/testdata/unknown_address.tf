# A provider whose address is that of another resource: it is known during the
# apply, and not when everything is destroyed.
terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

variable "address" {
  type = string
}

variable "organization_id" {
  type = string
}

variable "project_id" {
  type = string
}

resource "terraform_data" "address" {
  input = var.address
}

provider "atlasmigration" {
  base_url = terraform_data.address.output
}

resource "atlasmigration_link_token" "this" {
  organization_id = var.organization_id
  access_list_ips = ["192.0.2.1"]
}

locals {
  source = { project_id = "5ff4a1d4e21b3f0001a7c9e2", cluster_name = "orders", tls_enabled = true, managed_authentication = true }
  hosts  = ["migration-host-1.example.net"]
}

resource "atlasmigration_live_migration_validation" "this" {
  project_id      = var.project_id
  source          = local.source
  destination     = { cluster_name = "orders-atlas", hostname_schema_type = "PUBLIC" }
  migration_hosts = local.hosts
  depends_on      = [atlasmigration_link_token.this]
}

resource "atlasmigration_live_migration" "this" {
  project_id      = atlasmigration_live_migration_validation.this.project_id
  source          = local.source
  destination     = { cluster_name = "orders-atlas", hostname_schema_type = "PUBLIC" }
  migration_hosts = local.hosts
  wait_until      = "ready"
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = atlasmigration_live_migration.this.id
}
