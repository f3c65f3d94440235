# An action that an apply waits for.

terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "project_id" {
  type = string
}

variable "live_migration_id" {
  type = string
}

action "atlasmigration_live_migration_cutover" "this" {
  config {
    project_id        = var.project_id
    live_migration_id = var.live_migration_id
  }
}

resource "terraform_data" "this" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.atlasmigration_live_migration_cutover.this]
    }
  }
}
