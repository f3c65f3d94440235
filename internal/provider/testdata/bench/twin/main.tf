terraform {
  required_providers {
    donothing = {
      source = "atlasmigration/donothing"
    }
  }
}

variable "project_id" {
  type = string
}

variable "live_migration_ids" {
  type = list(string)
}

resource "donothing_twin" "all" {
  count = length(var.live_migration_ids)

  project_id        = var.project_id
  live_migration_id = var.live_migration_ids[count.index]
}
