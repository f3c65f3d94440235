# A check warns and never fails: run terraform plan every hour to be told in time.
check "orders_keeps_up" {
  data "atlasmigration_live_migration" "now" {
    project_id        = var.project_id
    live_migration_id = var.live_migration_id
  }

  assert {
    # There is no lag before the first copy is done, and none from the cutover on.
    condition     = try(data.atlasmigration_live_migration.now.lag_time_seconds <= 3600, true)
    error_message = "The live migration of orders is more than an hour behind its source."
  }
}
