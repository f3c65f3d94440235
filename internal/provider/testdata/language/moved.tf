moved {
  from = atlasmigration_live_migration.this["old"]
  to   = atlasmigration_live_migration.this["new"]
}

moved {
  from = atlasmigration_live_migration_cutover.this["old"]
  to   = atlasmigration_live_migration_cutover.this["new"]
}
