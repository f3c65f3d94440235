# A live migration and its cutover, each argument of which is a variable.
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

variable "source_project_id" {
  type    = string
  default = "5ff4a1d4e21b3f0001a7c9e2"
}

variable "source_cluster" {
  type    = string
  default = "orders"
}

variable "tls_enabled" {
  type    = bool
  default = true
}

variable "ca_certificate_path" {
  type    = string
  default = null
}

# The next three are used by authentication_override.tf.
variable "managed_authentication" {
  type    = bool
  default = true
}

variable "username" {
  type    = string
  default = null
}

variable "password" {
  type    = string
  default = null
}

variable "destination_project_id" {
  type    = string
  default = null
}

variable "destination_cluster" {
  type    = string
  default = "orders-atlas"
}

variable "hostname_schema_type" {
  type    = string
  default = "PUBLIC"
}

variable "private_link_id" {
  type    = string
  default = null
}

variable "host" {
  type    = string
  default = "migration-host-1.example.net"
}

variable "drop" {
  type    = bool
  default = null
}

variable "sharding" {
  type    = any
  default = null
}

variable "wait_until" {
  type    = string
  default = "ready"
}

variable "migration_timeouts" {
  type    = any
  default = null
}

variable "cutover_project_id" {
  type    = string
  default = null
}

variable "live_migration_id" {
  type    = string
  default = null
}

variable "max_lag_seconds" {
  type    = number
  default = null
}

variable "ready_timeout" {
  type    = string
  default = null
}

variable "not_after" {
  type    = string
  default = null
}

variable "cutover_timeouts" {
  type    = any
  default = null
}

resource "atlasmigration_live_migration" "this" {
  project_id = var.project_id

  source = {
    project_id             = var.source_project_id
    cluster_name           = var.source_cluster
    tls_enabled            = var.tls_enabled
    ca_certificate_path    = var.ca_certificate_path
    managed_authentication = true
  }

  destination = {
    project_id           = var.destination_project_id
    cluster_name         = var.destination_cluster
    hostname_schema_type = var.hostname_schema_type
    private_link_id      = var.private_link_id
  }

  migration_hosts       = [var.host]
  drop_destination_data = var.drop
  sharding              = var.sharding
  wait_until            = var.wait_until
  timeouts              = var.migration_timeouts
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.cutover_project_id == null ? var.project_id : var.cutover_project_id
  live_migration_id = var.live_migration_id == null ? atlasmigration_live_migration.this.id : var.live_migration_id
  max_lag_seconds   = var.max_lag_seconds
  ready_timeout     = var.ready_timeout
  not_after         = var.not_after
  timeouts          = var.cutover_timeouts
}
