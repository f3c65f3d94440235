variable "organization_id" {
  type        = string
  description = "The Atlas organization to migrate into: 24 hexadecimal digits."
}

resource "atlasmigration_link_token" "this" {
  organization_id = var.organization_id

  # Where the token may be used from, and nowhere else: Ops Manager and the
  # network of its migration hosts.
  access_list_ips = ["203.0.113.10", "198.51.100.0/24"]
}

# To paste into Cloud Manager or Ops Manager: terraform output -raw link_token
output "link_token" {
  description = "A secret: anyone who has it can link to the organization."
  value       = atlasmigration_link_token.this.link_token
  sensitive   = true
}
