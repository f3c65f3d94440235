terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

variable "organization_id" {
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

data "atlasmigration_available_projects" "this" {
  organization_id = var.organization_id
}
