# Terraform 1.17 does not find the provider of a resource that has no configuration
# yet, unless it is named here. Once there is one, it must not be.
variable "import_id" {
  type = string
}

import {
  to       = atlasmigration_live_migration.this
  id       = var.import_id
  provider = atlasmigration
}

import {
  to       = atlasmigration_live_migration_cutover.this
  id       = var.import_id
  provider = atlasmigration
}
