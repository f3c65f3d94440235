# Days before: link Cloud Manager or Ops Manager to the Atlas organization.

terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "organization_id" {
  type        = string
  description = "The Atlas organization to migrate into: 24 hexadecimal digits."
}

resource "atlasmigration_link_token" "this" {
  organization_id = var.organization_id

  # Where Cloud Manager or Ops Manager and its migration hosts call from.
  access_list_ips = ["203.0.113.10"]
}

# Empty until the token has been pasted; apply again afterwards.
data "atlasmigration_available_projects" "this" {
  organization_id = var.organization_id
}

output "link_token" {
  description = "To paste into Cloud Manager or Ops Manager."
  value       = atlasmigration_link_token.this.link_token
  sensitive   = true
}

output "available" {
  description = "What can be migrated, and by which migration hosts."
  value = [for project in data.atlasmigration_available_projects.this.projects : {
    source_project_id = project.project_id
    migration_hosts   = project.migration_hosts
    clusters          = [for deployment in project.deployments : deployment.name]
  }]
}
