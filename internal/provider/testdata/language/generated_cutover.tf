import {
  to = atlasmigration_live_migration_cutover.this
  id = var.import_id
}
