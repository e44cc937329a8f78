# The tables of `tests/templates/truth.py`, as Terraform has them, but for warm throughput and modes of insights, which
# the provider that made plan.json does not have: they were added by hand as its successor has them.
resource "aws_dynamodb_table" "orders" {
  name                        = "beta-orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "customer"
  range_key                   = "number"
  table_class                 = "STANDARD_INFREQUENT_ACCESS"
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_IMAGE"
  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "number"
    type = "N"
  }
  attribute {
    name = "day"
    type = "S"
  }
  global_secondary_index {
    name               = "ByDay"
    hash_key           = "day"
    range_key          = "number"
    projection_type    = "INCLUDE"
    non_key_attributes = ["expires_at", "total"]
    on_demand_throughput {
      max_read_request_units  = 10
      max_write_request_units = 5
    }
  }
  local_secondary_index {
    name            = "Local"
    range_key       = "day"
    projection_type = "ALL"
  }
  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 7
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:000000000000:key/a"
  }
  on_demand_throughput {
    max_read_request_units  = 10
    max_write_request_units = 5
  }
  tags = { team = "shop" }
}

resource "aws_dynamodb_table" "units" {
  name           = "beta-units"
  read_capacity  = 3
  write_capacity = 2
  hash_key       = "customer"
  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "day"
    type = "S"
  }
  global_secondary_index {
    name            = "ByDay"
    hash_key        = "day"
    projection_type = "ALL"
    read_capacity   = 3
    write_capacity  = 2
  }
}

resource "aws_dynamodb_contributor_insights" "orders" {
  table_name = "beta-orders"
}

resource "aws_dynamodb_contributor_insights" "by_day" {
  table_name = "beta-orders"
  index_name = "ByDay"
}

resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/beta-orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "000000000000" }
      Action    = "dynamodb:GetItem"
      Resource = [
        "arn:aws:dynamodb:eu-west-1:000000000000:table/beta-orders",
        "arn:aws:dynamodb:eu-west-1:000000000000:table/beta-orders/index/*",
      ]
    }]
  })
}
