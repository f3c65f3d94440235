# A CLI without write-only arguments accepts no password, not even one that is null.
resource "atlasmigration_live_migration" "this" {
  source = {
    project_id             = var.source_project_id
    cluster_name           = var.source_cluster
    tls_enabled            = var.tls_enabled
    ca_certificate_path    = var.ca_certificate_path
    managed_authentication = var.managed_authentication
    username               = var.username
    password               = var.password
  }
}
