# Every resource that has something to wait for, in one apply.

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

variable "live_migration_id" {
  type = string
}

locals {
  source = {
    project_id             = "aaaaaaaaaaaaaaaaaaaaaaaa"
    cluster_name           = "orders"
    tls_enabled            = true
    managed_authentication = true
  }
}

resource "atlasmigration_live_migration_validation" "this" {
  project_id      = var.project_id
  source          = local.source
  migration_hosts = ["host.example.net"]

  destination = {
    cluster_name         = "validated"
    hostname_schema_type = "PUBLIC"
  }
}

resource "atlasmigration_live_migration" "this" {
  project_id      = var.project_id
  source          = local.source
  migration_hosts = ["host.example.net"]
  wait_until      = "ready"

  destination = {
    cluster_name         = "started"
    hostname_schema_type = "PUBLIC"
  }
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id
}
