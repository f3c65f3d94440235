variable "import_id" {
  type = string
}

import {
  to = atlasmigration_live_migration.orders
  id = var.import_id
}
