# A provisioned table whose units Application Auto Scaling moves, so that Terraform ignores them.
resource "aws_dynamodb_table" "metrics" {
  name           = "metrics"
  read_capacity  = 20
  write_capacity = 10
  hash_key       = "host"
  range_key      = "at"
  table_class    = "STANDARD_INFREQUENT_ACCESS"

  attribute {
    name = "host"
    type = "S"
  }
  attribute {
    name = "at"
    type = "N"
  }
  attribute {
    name = "region"
    type = "S"
  }

  global_secondary_index {
    name               = "by-region"
    hash_key           = "region"
    range_key          = "at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["host", "value"]
    read_capacity      = 7
    write_capacity     = 3
  }

  local_secondary_index {
    name            = "by-region-of-host"
    range_key       = "region"
    projection_type = "KEYS_ONLY"
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [read_capacity, write_capacity]
  }
}

resource "aws_appautoscaling_target" "reads" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.metrics.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "reads" {
  name               = "reads"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.reads.service_namespace
  resource_id        = aws_appautoscaling_target.reads.resource_id
  scalable_dimension = aws_appautoscaling_target.reads.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 70
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}
