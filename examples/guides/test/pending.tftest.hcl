# A file of its own begins without a state: here the cutover was interrupted.
mock_provider "atlasmigration" {
  mock_resource "atlasmigration_live_migration" {
    defaults = {
      id = "6296fb4c7c7aa997cf94e9a8"
    }
  }

  mock_resource "atlasmigration_live_migration_cutover" {
    defaults = {
      status = "PENDING"
    }
  }
}

variables {
  project_id        = "7e68e12770616e75e6df43d0"
  source_project_id = "5ff4a1d4e21b3f0001a7c9e2"
  cluster           = "orders"
  migration_host    = "migration-host-1.example.net"
}

run "repoints_nothing_that_is_not_confirmed" {
  assert {
    condition     = output.connect_to == null
    error_message = "Applications would connect to a cluster that is still being written."
  }
}
