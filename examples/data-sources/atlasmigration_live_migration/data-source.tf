variable "project_id" {
  type        = string
  description = "The Atlas project with the destination cluster: 24 hexadecimal digits."
}

variable "live_migration_id" {
  type        = string
  description = "The live migration to look at: 24 hexadecimal digits."
}

data "atlasmigration_live_migration" "orders" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id
}

output "progress" {
  description = "How the live migration stands."
  value = {
    status = data.atlasmigration_live_migration.orders.status
    ready  = data.atlasmigration_live_migration.orders.ready_for_cutover
    lag    = data.atlasmigration_live_migration.orders.lag_time_seconds
  }
}
