# A whole migration in one configuration: link, choose, validate, start, cut over.
#
# 1. terraform apply -target=data.atlasmigration_available_projects.this
#    creates the link token. Paste it into Cloud Manager or Ops Manager, and apply
#    the same again: the output "available" lists what can be migrated.
# 2. Write your choice into the variable "source_cluster". It is written down, and not read
#    from the list at every plan, so that a list that changes changes nothing here.
# 3. terraform apply -target=atlasmigration_live_migration.this
#    starts the live migration and ends within minutes: its ID is in the state
#    before anybody waits for hours.
# 4. terraform apply
#    waits until it is nearly in sync, and cuts over.
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

variable "source_cluster" {
  type = object({
    project_id     = string
    cluster_name   = string
    migration_host = string
    tls_enabled    = bool
  })
  default     = null
  description = "What to migrate, as the output \"available\" lists it."
}

variable "source_username" {
  type        = string
  default     = null
  description = "The user that reads the source; null if Cloud Manager manages authentication."
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

# 2. Choose.
data "atlasmigration_available_projects" "this" {
  organization_id = atlasmigration_link_token.this.organization_id
}

output "available" {
  description = "What can be migrated, for the variable source_cluster. Empty until the link token is pasted."
  value = flatten([
    for project in data.atlasmigration_available_projects.this.projects : [
      for deployment in project.deployments : {
        project_id     = project.project_id
        cluster_name   = deployment.name
        migration_host = try(project.migration_hosts[0], null)
        tls_enabled    = deployment.tls_enabled
      }
    ]
  ])
}

locals {
  # What the validation and the live migration are both asked for.
  from = {
    project_id             = try(var.source_cluster.project_id, null)
    cluster_name           = try(var.source_cluster.cluster_name, null)
    tls_enabled            = try(var.source_cluster.tls_enabled, null)
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
  migration_hosts = [try(var.source_cluster.migration_host, null)]

  lifecycle {
    precondition {
      condition     = var.source_cluster != null
      error_message = "Set the variable source_cluster to one of the output \"available\"."
    }
  }
}

# 4. Start, and do not wait: the cutover does, and the ID is safe by then.
resource "atlasmigration_live_migration" "this" {
  project_id      = var.project_id
  source          = merge(local.from, { password = var.source_password })
  destination     = local.to
  migration_hosts = [try(var.source_cluster.migration_host, null)]
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
