# A module: one live migration, its cutover, and the cluster that applications connect
# to afterwards.

terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

variable "project_id" {
  type        = string
  description = "The Atlas project with the destination cluster."

  validation {
    condition     = can(regex("^[0-9a-f]{24}$", var.project_id))
    error_message = "A project ID has 24 hexadecimal digits."
  }
}

variable "source_project_id" {
  type        = string
  description = "The project in Cloud Manager or Ops Manager: 24 hexadecimal digits."
}

variable "cluster" {
  type        = string
  description = "The cluster to migrate. The one in Atlas is named after it."
}

variable "migration_host" {
  type        = string
  description = "The machine that runs the copy."
}

locals {
  destination = "${var.cluster}-atlas"
}

resource "atlasmigration_live_migration" "this" {
  project_id = var.project_id

  source = {
    project_id             = var.source_project_id
    cluster_name           = var.cluster
    tls_enabled            = true
    managed_authentication = true
  }

  destination = {
    cluster_name         = local.destination
    hostname_schema_type = "PUBLIC"
  }

  migration_hosts = [var.migration_host]
  wait_until      = "started"
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = atlasmigration_live_migration.this.id
  max_lag_seconds   = 30
}

output "connect_to" {
  description = "The cluster that applications connect to: null before Atlas has confirmed the cutover."
  value       = atlasmigration_live_migration_cutover.this.status == "SUCCESS" ? local.destination : null
}
