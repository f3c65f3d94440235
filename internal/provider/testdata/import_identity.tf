variable "import_id" {
  type = string
}

locals {
  imported = {
    project_id        = split("/", var.import_id)[0]
    live_migration_id = split("/", var.import_id)[1]
  }
}

import {
  to       = atlasmigration_live_migration.this
  identity = local.imported
}

import {
  to       = atlasmigration_live_migration_cutover.this
  identity = local.imported
}
