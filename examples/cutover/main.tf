# One cutover, from waiting for readiness to Atlas's confirmation.
#
# Credentials and, for a rehearsal, the address of a simulated Atlas come from
# the environment: MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY
# and MONGODB_ATLAS_BASE_URL.

terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "project_id" {
  type        = string
  description = "The destination project: 24 hexadecimal digits."
}

variable "live_migration_id" {
  type        = string
  description = "The live migration to cut over: 24 hexadecimal digits."
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id

  # Writes to the source are stopped by now; what is left to copy takes at most
  # this long.
  max_lag_seconds = 30
}

output "status" {
  description = "SUCCESS once Atlas has confirmed the cutover."
  value       = atlasmigration_live_migration_cutover.this.status
}
