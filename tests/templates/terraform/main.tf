terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "stage" { default = "beta" }
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
resource "aws_kms_key" "k" {}
resource "aws_dynamodb_table" "orders" {
  name         = "${var.stage}-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "customer"
  range_key    = "day"
  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "day"
    type = "S"
  }
  global_secondary_index {
    name               = "ByDay"
    hash_key           = "day"
    projection_type    = "INCLUDE"
    non_key_attributes = ["total"]
  }
  local_secondary_index {
    name            = "Local"
    range_key       = "day"
    projection_type = "ALL"
  }
  ttl {
    attribute_name = "expires"
    enabled        = true
  }
  point_in_time_recovery { enabled = true }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.k.arn
  }
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  on_demand_throughput { max_read_request_units = 10 }
  tags = { team = "x" }
}
resource "aws_dynamodb_table" "many" {
  count          = 2
  name           = "many-${count.index}"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
module "team" {
  source   = "./team"
  for_each = toset(["red", "blue"])
  team     = each.key
  key_arn  = aws_kms_key.k.arn
}

resource "aws_dynamodb_contributor_insights" "c" {
  table_name = aws_dynamodb_table.orders.name
  index_name = "ByDay"
}
resource "aws_dynamodb_resource_policy" "p" {
  resource_arn = aws_dynamodb_table.orders.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "dynamodb:GetItem", Resource = "*" }] })
}
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "x"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 5
  threshold           = 0
  period              = 60
  statistic           = "Sum"
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
}
