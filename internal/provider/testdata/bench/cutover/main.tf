terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

variable "project_id" {
  type = string
}

variable "live_migration_ids" {
  type = list(string)
}

resource "atlasmigration_live_migration_cutover" "all" {
  count = length(var.live_migration_ids)

  project_id        = var.project_id
  live_migration_id = var.live_migration_ids[count.index]
}
