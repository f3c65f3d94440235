terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

# Cut over in the console or with the Atlas CLI, and complete.
import {
  to = atlasmigration_live_migration_cutover.orders
  id = "7e68e12770616e75e6df43d0/6296fb4c7c7aa997cf94e9a8"
}

resource "atlasmigration_live_migration_cutover" "orders" {
  project_id        = "7e68e12770616e75e6df43d0"
  live_migration_id = "6296fb4c7c7aa997cf94e9a8"
}

# Started in the console or with the Atlas CLI, and not complete: without an
# import, since applying adopts a cutover that is in progress.
resource "atlasmigration_live_migration_cutover" "invoices" {
  project_id        = "7e68e12770616e75e6df43d0"
  live_migration_id = "6297000c7c7aa997cf94ea11"
}
