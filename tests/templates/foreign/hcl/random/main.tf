# Names and keys that are known only after apply.
resource "terraform_data" "suffix" {
  input = "x"
}

resource "aws_kms_key" "data" {}

resource "aws_dynamodb_table" "uploads" {
  name             = "uploads-${terraform_data.suffix.id}"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"
  attribute {
    name = "id"
    type = "B"
  }
}

resource "aws_dynamodb_table" "secrets" {
  name         = "secrets"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }
}
