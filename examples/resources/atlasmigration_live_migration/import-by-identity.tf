import {
  to = atlasmigration_live_migration.orders
  identity = {
    project_id        = "7e68e12770616e75e6df43d0"
    live_migration_id = "6296fb4c7c7aa997cf94e9a8"
  }
}
