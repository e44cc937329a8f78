variable "team" {
  type = string
}

variable "key_arn" {
  type = string
}

resource "aws_dynamodb_table" "scores" {
  name         = "${var.team}-scores"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "player"

  attribute {
    name = "player"
    type = "S"
  }

  ttl {
    attribute_name = "gone"
    enabled        = false
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.key_arn
  }
}
