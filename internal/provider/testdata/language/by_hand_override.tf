# What Atlas does not say of a live migration.
resource "atlasmigration_live_migration" "this" {
  source      = { project_id = "5ff4a1d4e21b3f0001a7c9e2", cluster_name = "orders", tls_enabled = true, managed_authentication = true }
  destination = { cluster_name = "orders-atlas", hostname_schema_type = "PUBLIC" }
}
