provider "atlasmigration" {
  public_key  = var.public_key
  private_key = var.private_key
}
