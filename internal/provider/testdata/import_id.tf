variable "import_id" {
  type = string
}

import {
  to = atlasmigration_live_migration.this
  id = var.import_id
}

import {
  to = atlasmigration_live_migration_cutover.this
  id = var.import_id
}
