# Settings that are easily read wrongly: TTL that is off, encryption in three ways, tags of the provider.
resource "aws_dynamodb_table" "off" {
  name         = "switched-off"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  ttl {
    attribute_name = "gone_at"
    enabled        = false
  }
  point_in_time_recovery { enabled = false }
  server_side_encryption { enabled = false }
  tags = {}
}

resource "aws_dynamodb_table" "on" {
  name                        = "switched-on"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true
  attribute {
    name = "id"
    type = "S"
  }
  ttl {
    attribute_name = "gone_at"
    enabled        = true
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 14
  }
  server_side_encryption { enabled = true }
  on_demand_throughput {
    max_read_request_units  = 100
    max_write_request_units = 50
  }
  tags = { team = "shop", stage = "beta" }
}

resource "aws_dynamodb_table" "customer" {
  name         = "customer"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "N"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:000000000000:key/11111111-2222-3333-4444-555555555555"
  }
}
