terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

variable "project_id" {
  type = string
}

variable "live_migration_id" {
  type = string
}

variable "public_key" {
  type = string
}

variable "private_key" {
  type      = string
  sensitive = true
}

resource "terraform_data" "key" {
  input = var.public_key
}

provider "atlasmigration" {
  public_key  = terraform_data.key.output
  private_key = var.private_key
}

resource "atlasmigration_live_migration_cutover" "this" {
  project_id        = var.project_id
  live_migration_id = var.live_migration_id
}
