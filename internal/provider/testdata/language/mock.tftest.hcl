# The mock makes up what the provider would store. The ID has to be one.
mock_provider "atlasmigration" {
  mock_resource "atlasmigration_live_migration" {
    defaults = {
      id = "0123456789abcdef01234567"
    }
  }
}

run "the_cutover_is_that_of_the_live_migration" {
  assert {
    condition     = atlasmigration_live_migration_cutover.this.live_migration_id == "0123456789abcdef01234567"
    error_message = "The cutover is of another live migration."
  }
}
