terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {
  public_key  = "mdb_sa_id_1"
  private_key = "mdb_sa_sk_1"
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = "7e68e12770616e75e6df43d0"
  live_migration_id = "6296fb4c7c7aa997cf94e9a8"
}
