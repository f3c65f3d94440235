terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

variable "access_list_ips" {
  type = set(string)
}

variable "organization_id" {
  type = string
}

resource "atlasmigration_link_token" "this" {
  organization_id = var.organization_id
  access_list_ips = var.access_list_ips
}
