variable "project_id" {
  type        = string
  description = "The Atlas project with the destination cluster: 24 hexadecimal digits."
}

# Ephemeral, so that no state and no plan holds it: set it for every plan and
# apply, for example as TF_VAR_source_password.
variable "source_password" {
  type        = string
  description = "Password of the user that reads the source."
  ephemeral   = true
}

resource "atlasmigration_live_migration" "orders" {
  project_id = var.project_id

  source = {
    project_id             = "5ff4a1d4e21b3f0001a7c9e2"
    cluster_name           = "orders"
    tls_enabled            = true
    ca_certificate_path    = "/etc/mongodb/ca.pem"
    managed_authentication = false
    username               = "migrator"
    password               = var.source_password
  }

  destination = {
    cluster_name         = "orders-elsewhere"
    hostname_schema_type = "PUBLIC"
  }

  migration_hosts = ["migration-host-1.example.net"]

  # Wait until the cutover can begin, not only until Atlas has begun to copy.
  wait_until = "ready"

  timeouts = {
    create = "36h"
    update = "36h"
  }

  lifecycle {
    # An apply that ran out of time ends with a warning, so that no second live
    # migration is started. This makes it fail, and keeps back what depends on
    # this resource, without starting one either.
    postcondition {
      condition     = self.ready_for_cutover == true || self.status == "COMPLETE"
      error_message = "The live migration of orders is not ready for its cutover. Apply again to resume waiting."
    }
  }
}

output "live_migration_id" {
  description = "What the cutover needs to know."
  value       = atlasmigration_live_migration.orders.id
}
