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
  description = "The Atlas project with the destination cluster: 24 hexadecimal digits."
}

variable "live_migration_id" {
  type        = string
  description = "The live migration to cut over: 24 hexadecimal digits."
}

resource "atlasmigration_live_migration_cutover" "orders" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id
}

# Created only once the cutover is a SUCCESS, and kept back while it is not.
resource "terraform_data" "application" {
  input      = "mongodb+srv://orders-atlas.example.mongodb.net"
  depends_on = [atlasmigration_live_migration_cutover.orders]
}
