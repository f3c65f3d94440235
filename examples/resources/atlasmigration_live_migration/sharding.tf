resource "atlasmigration_live_migration" "events" {
  project_id = var.project_id

  source = {
    project_id   = "5ff4a1d4e21b3f0001a7c9e2"
    cluster_name = "events"
    tls_enabled  = true

    # Ops Manager knows how to authenticate: no user and no password.
    managed_authentication = true
  }

  destination = {
    cluster_name         = "events-atlas"
    hostname_schema_type = "PRIVATE_LINK"
    private_link_id      = "vpce-0d9ca6b1e2f3a4b5c"
  }

  migration_hosts       = ["migration-host-1.example.net"]
  drop_destination_data = true

  sharding = {
    create_supporting_indexes = true
    entries = [
      {
        database   = "telemetry"
        collection = "events"
        key = [
          { field = "device_id", kind = "hashed" },
          { field = "time", kind = 1 },
        ]
      },
    ]
  }
}
