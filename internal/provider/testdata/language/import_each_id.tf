import {
  for_each = var.ids
  to       = atlasmigration_live_migration.this[each.key]
  id       = "${var.project_id}/${each.value}"
}

import {
  for_each = var.ids
  to       = atlasmigration_live_migration_cutover.this[each.key]
  id       = "${var.project_id}/${each.value}"
}
