# Many clusters, cut over in waves: a wave begins when every cutover of the one
# before it is confirmed. A cutover that fails stops what comes after it.
#
# Terraform does ten things at a time. The eleventh cutover of a wave waits for a
# place, with its writes stopped. Apply a larger wave with as many places as it
# has clusters:
#
#   terraform apply -parallelism=25

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
  description = "The project of the destination clusters: 24 hexadecimal digits."
}

variable "clusters" {
  type = map(object({
    live_migration_id = string
    wave              = number
  }))
  description = "The live migrations to cut over, by cluster, each in wave 1, 2 or 3."

  validation {
    condition     = alltrue([for cluster in var.clusters : contains([1, 2, 3], cluster.wave)])
    error_message = "Every cluster belongs to wave 1, 2 or 3."
  }
}

locals {
  waves = {
    for wave in [1, 2, 3] :
    wave => { for name, cluster in var.clusters : name => cluster.live_migration_id if cluster.wave == wave }
  }
}

resource "atlasmigration_live_migration_cutover" "first" {
  for_each = local.waves[1]

  project_id        = var.project_id
  live_migration_id = each.value
  max_lag_seconds   = 30
}

resource "atlasmigration_live_migration_cutover" "second" {
  for_each = local.waves[2]

  project_id        = var.project_id
  live_migration_id = each.value
  max_lag_seconds   = 30

  depends_on = [atlasmigration_live_migration_cutover.first]
}

resource "atlasmigration_live_migration_cutover" "third" {
  for_each = local.waves[3]

  project_id        = var.project_id
  live_migration_id = each.value
  max_lag_seconds   = 30

  depends_on = [atlasmigration_live_migration_cutover.second]
}

output "confirmed" {
  description = "Every cluster and how its cutover stands."
  value = merge(
    { for name, cutover in atlasmigration_live_migration_cutover.first : name => cutover.status },
    { for name, cutover in atlasmigration_live_migration_cutover.second : name => cutover.status },
    { for name, cutover in atlasmigration_live_migration_cutover.third : name => cutover.status },
  )
}
