# The night itself: one cutover, and then the applications.

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

variable "live_migration_id" {
  type        = string
  description = "The live migration to cut over: 24 hexadecimal digits."
}

resource "atlasmigration_live_migration_cutover" "orders" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id

  # The writes are stopped, so the destination catches up within moments.
  max_lag_seconds = 10

  # Nothing is sent if it is not ready by then: the source can take writes again.
  ready_timeout = "15m"

  timeouts = {
    create = "4h"
  }
}

# Stands for what tells the applications where their database is: a secret, a
# parameter, a DNS record. It is touched only after Atlas has confirmed.
resource "terraform_data" "connection" {
  input      = "mongodb+srv://orders-atlas.example.mongodb.net"
  depends_on = [atlasmigration_live_migration_cutover.orders]
}

output "status" {
  description = "SUCCESS once Atlas has confirmed the cutover."
  value       = atlasmigration_live_migration_cutover.orders.status
}
