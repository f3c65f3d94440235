data "atlasmigration_live_migration" "healthy" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id

  lifecycle {
    # Whatever refers to this data source goes no further than a live migration
    # that has ended without success.
    postcondition {
      condition     = !contains(["FAILED", "EXPIRED"], coalesce(self.status, "NEW"))
      error_message = "The live migration of orders has ended as ${coalesce(self.status, "NEW")}."
    }
  }
}
