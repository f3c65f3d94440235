variable "organization_id" {
  type        = string
  description = "The Atlas organization to migrate into: 24 hexadecimal digits."
}

data "atlasmigration_available_projects" "this" {
  organization_id = var.organization_id
}

locals {
  # Every deployment, with what a live migration needs of its project.
  deployments = flatten([
    for project in data.atlasmigration_available_projects.this.projects : [
      for deployment in project.deployments : merge(deployment, {
        project_id     = project.project_id
        migration_host = try(project.migration_hosts[0], null)
      })
    ]
  ])

  # The one called "orders": null if there is none, an error if there are two.
  orders = one([for deployment in local.deployments : deployment if deployment.name == "orders"])

  # How large each one is, by project and name.
  gigabytes = {
    for deployment in local.deployments :
    "${deployment.project_id}/${deployment.name}" => deployment.db_size_bytes / pow(1000, 3)
  }
}

output "orders" {
  description = "The deployment to migrate, its project and its migration host."
  value       = local.orders
}

output "gigabytes" {
  description = "Size of each deployment, by project and name."
  value       = local.gigabytes
}
