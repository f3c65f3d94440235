resource "atlasmigration_live_migration_cutover" "orders" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id

  lifecycle {
    # Do not even plan a cutover that would have to wait for the lag to fall.
    # Without a lag, the first copy runs, or a cutover is in progress or complete:
    # only an apply can tell, and it must be possible to watch a cutover again
    # that an interrupted apply requested.
    precondition {
      condition = (
        data.atlasmigration_live_migration.orders.ready_for_cutover == true ||
        data.atlasmigration_live_migration.orders.lag_time_seconds == null
      )
      error_message = "The live migration of orders is not ready for its cutover."
    }
  }
}
