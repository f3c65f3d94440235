terraform {
  # 1.14.0 ran after_create and after_update actions too early.
  required_version = ">= 1.14.1"

  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "project_id" {
  type        = string
  description = "The Atlas project with the destination cluster: 24 hexadecimal digits."
}

variable "live_migration_id" {
  type        = string
  description = "The live migration to cut over: 24 hexadecimal digits."
}

action "atlasmigration_live_migration_cutover" "orders" {
  config {
    project_id        = var.project_id
    live_migration_id = var.live_migration_id
    max_lag_seconds   = 10
    ready_timeout     = "15m"
  }
}

# Stands for what makes the applications read-only: the action runs after it.
resource "terraform_data" "read_only" {
  input = true

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.atlasmigration_live_migration_cutover.orders]
    }
  }
}
