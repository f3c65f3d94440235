action "atlasmigration_live_migration_cutover" "orders" {
  config {
    project_id        = "7e68e12770616e75e6df43d0"
    live_migration_id = "6296fb4c7c7aa997cf94e9a8"

    # Do not start while the destination is more than half a minute behind.
    max_lag_seconds = 30

    # Give up, with nothing sent, if Atlas does not report ready within an hour.
    ready_timeout = "1h"

    timeouts = {
      invoke = "3h"
    }
  }
}
