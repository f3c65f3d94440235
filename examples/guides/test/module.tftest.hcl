# Nothing is asked of Atlas: a mock makes up what the provider would store.
mock_provider "atlasmigration" {
  mock_resource "atlasmigration_live_migration" {
    defaults = {
      # An ID has 24 hexadecimal digits. What a mock makes up by itself is none.
      id = "6296fb4c7c7aa997cf94e9a8"
    }
  }

  mock_resource "atlasmigration_live_migration_cutover" {
    defaults = {
      status = "SUCCESS"
    }
  }
}

variables {
  project_id        = "7e68e12770616e75e6df43d0"
  source_project_id = "5ff4a1d4e21b3f0001a7c9e2"
  cluster           = "orders"
  migration_host    = "migration-host-1.example.net"
}

run "cuts_over_what_it_started" {
  assert {
    condition     = atlasmigration_live_migration_cutover.this.live_migration_id == "6296fb4c7c7aa997cf94e9a8"
    error_message = "The cutover is of another live migration."
  }

  assert {
    condition     = output.connect_to == "orders-atlas"
    error_message = "Applications would connect to ${output.connect_to}."
  }
}

run "never_deletes_what_is_there" {
  command = plan

  assert {
    condition     = !coalesce(atlasmigration_live_migration.this.drop_destination_data, false)
    error_message = "The destination would be emptied."
  }
}

run "refuses_the_name_of_a_project" {
  command = plan

  variables {
    project_id = "orders"
  }

  expect_failures = [var.project_id]
}
