terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = "7E68E12770616E75E6DF43D0"
  live_migration_id = "6296fb4c7c7aa997cf94e9a8"
}
