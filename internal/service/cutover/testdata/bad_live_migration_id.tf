terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = "7e68e12770616e75e6df43d0"
  live_migration_id = "my-migration"
}
