terraform {
  required_providers {
    atlasmigration = {
      source = "atlasmigration/atlasmigration"
    }
  }
}

provider "atlasmigration" {}

variable "import_id" {
  type = string
}

import {
  to = atlasmigration_live_migration.this
  id = var.import_id
}
