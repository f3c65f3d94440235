# A whole migration in one configuration: link, look, validate, start, cut over.
#
# Between the link token and the rest a person pastes the token into Cloud
# Manager or Ops Manager. The first apply creates the token and says so. The
# second starts the live migration, with
# -target=atlasmigration_live_migration.this, and ends within minutes, so that its
# ID is in the state before anybody waits for hours. The third waits and cuts
# over.
#
# Credentials come from the environment, for example MONGODB_ATLAS_CLIENT_ID and
# MONGODB_ATLAS_CLIENT_SECRET. The write-only password needs Terraform 1.11 or
# OpenTofu 1.11.

terraform {
  required_version = ">= 1.11"

  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "organization_id" {
  type        = string
  description = "The Atlas organization: 24 hexadecimal digits."
}

variable "project_id" {
  type        = string
  description = "The project of the destination cluster: 24 hexadecimal digits."
}

variable "destination_cluster" {
  type        = string
  default     = "orders-atlas"
  description = "The Atlas cluster to migrate into. It exists already, and is empty."
}

variable "source_deployment" {
  type        = string
  default     = "orders"
  description = "The deployment to migrate, as Cloud Manager or Ops Manager names it."
}

variable "source_username" {
  type        = string
  default     = null
  description = "The user that reads the source; null where Cloud Manager manages authentication."
}

variable "source_password" {
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true
  description = "The password of that user. It is in neither state nor plan."
}

# 1. Link.
resource "atlasmigration_link_token" "this" {
  organization_id = var.organization_id
  access_list_ips = ["203.0.113.10"]
}

output "link_token" {
  description = "To paste into Cloud Manager: terraform output -raw link_token"
  value       = atlasmigration_link_token.this.link_token
  sensitive   = true
}

# 2. Look.
data "atlasmigration_available_projects" "this" {
  organization_id = atlasmigration_link_token.this.organization_id
}

locals {
  source = one([
    for found in flatten([
      for project in data.atlasmigration_available_projects.this.projects : [
        for deployment in project.deployments : {
          name           = deployment.name
          project_id     = project.project_id
          tls_enabled    = deployment.tls_enabled
          migration_host = try(project.migration_hosts[0], null)
        }
      ]
    ]) : found if found.name == var.source_deployment
  ])

  # What the validation and the live migration are both asked for.
  from = {
    project_id             = try(local.source.project_id, null)
    cluster_name           = var.source_deployment
    tls_enabled            = try(local.source.tls_enabled, null)
    managed_authentication = var.source_username == null
    username               = var.source_username
  }
  to = {
    cluster_name         = var.destination_cluster
    hostname_schema_type = "PUBLIC"
  }
}

# 3. Validate.
resource "atlasmigration_live_migration_validation" "this" {
  project_id      = var.project_id
  source          = merge(local.from, { password = var.source_password })
  destination     = local.to
  migration_hosts = [local.source.migration_host]

  lifecycle {
    precondition {
      condition     = local.source != null
      error_message = "No deployment ${var.source_deployment} is available yet. Paste the link token into Cloud Manager, then apply again."
    }
  }
}

# 4. Start, and do not wait: the cutover does, and the ID is safe by then.
resource "atlasmigration_live_migration" "this" {
  project_id      = var.project_id
  source          = merge(local.from, { password = var.source_password })
  destination     = local.to
  migration_hosts = [local.source.migration_host]
  wait_until      = "started"

  depends_on = [atlasmigration_live_migration_validation.this]
}

# 5. Wait until it is nearly in sync, and cut over. Stop the writes on the source
# first.
resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = atlasmigration_live_migration.this.id
  max_lag_seconds   = 60
}

output "status" {
  description = "SUCCESS once Atlas has confirmed the cutover."
  value       = atlasmigration_live_migration_cutover.this.status
}
