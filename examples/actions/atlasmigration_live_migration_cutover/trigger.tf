# Stands for what makes the applications read-only.
resource "terraform_data" "read_only" {
  input = true

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.atlasmigration_live_migration_cutover.orders]
    }
  }
}
