terraform {
  # Any backend that locks will do. The address and the credentials of this one
  # come from the environment: TF_HTTP_ADDRESS, TF_HTTP_LOCK_ADDRESS,
  # TF_HTTP_UNLOCK_ADDRESS, TF_HTTP_USERNAME and TF_HTTP_PASSWORD.
  backend "http" {}

  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {} # credentials come from the environment of the job

variable "project_id" {
  type        = string
  description = "The Atlas project with the destination cluster: 24 hexadecimal digits."
}

variable "live_migration_id" {
  type        = string
  description = "The live migration to cut over: 24 hexadecimal digits."
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id
  max_lag_seconds   = 10
  ready_timeout     = "15m"

  # Shorter than the time limit of the job that applies.
  timeouts = {
    create = "4h"
    update = "4h"
  }
}
