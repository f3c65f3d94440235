terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

removed {
  from = atlasmigration_live_migration.this
  lifecycle {
    destroy = false
  }
}

removed {
  from = atlasmigration_live_migration_cutover.this
  lifecycle {
    destroy = false
  }
}
