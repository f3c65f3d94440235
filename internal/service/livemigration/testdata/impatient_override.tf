resource "atlasmigration_live_migration" "orders" {
  timeouts = { create = "1s", update = "1s" }
}
