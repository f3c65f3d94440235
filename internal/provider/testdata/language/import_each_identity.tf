import {
  for_each = var.ids
  to       = atlasmigration_live_migration.this[each.key]
  identity = { project_id = var.project_id, live_migration_id = each.value }
}

import {
  for_each = var.ids
  to       = atlasmigration_live_migration_cutover.this[each.key]
  identity = { project_id = var.project_id, live_migration_id = each.value }
}
