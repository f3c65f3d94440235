resource "atlasmigration_live_migration_cutover" "orders" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id

  lifecycle {
    # Do not even plan a cutover that would have to wait. The second part is for
    # the plans after the cutover, when nothing is ready any more. Where Atlas
    # does not say, the values are null, and null is not true.
    precondition {
      condition = (
        data.atlasmigration_live_migration.orders.ready_for_cutover == true ||
        data.atlasmigration_live_migration.orders.status == "COMPLETE"
      )
      error_message = "The live migration of orders is not ready for its cutover."
    }
  }
}
