# Three services of a team: one module, called once, by count and by for_each.
variable "stage" {
  type    = string
  default = "beta"
}

locals {
  prefix   = lower(join("-", ["Shop", var.stage]))
  services = { carts = { ttl = "expires_at" }, orders = { ttl = null } }
}

module "audit" {
  source = "./table"
  name   = format("%s-%s", local.prefix, "audit")
}

module "shard" {
  source = "./table"
  count  = 2
  name   = "${local.prefix}-shard-${count.index}"
  indexes = {
    ByOwner = { hash = "owner", range = "pk" }
  }
}

module "service" {
  source   = "./table"
  for_each = local.services
  name     = "${local.prefix}-${each.key}"
  ttl      = each.value.ttl
}

resource "aws_dynamodb_table" "legacy" {
  count        = var.stage == "prod" ? 1 : 0
  name         = "legacy"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
