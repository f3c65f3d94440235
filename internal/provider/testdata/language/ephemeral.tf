variable "public_key" {
  type      = string
  ephemeral = true
}

variable "private_key" {
  type      = string
  ephemeral = true
}
