# A table with a stream, who may read it, and how its keys are used.
resource "aws_dynamodb_table" "games" {
  name             = "games"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "player"
  range_key        = "game"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  attribute {
    name = "player"
    type = "S"
  }
  attribute {
    name = "game"
    type = "S"
  }
  global_secondary_index {
    name            = "ByGame"
    hash_key        = "game"
    projection_type = "KEYS_ONLY"
    on_demand_throughput {
      max_read_request_units = 40
    }
  }
}

resource "aws_dynamodb_contributor_insights" "games" {
  table_name = aws_dynamodb_table.games.name
}

resource "aws_dynamodb_contributor_insights" "by_game" {
  table_name = aws_dynamodb_table.games.name
  index_name = "ByGame"
}

data "aws_iam_policy_document" "readers" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.games.arn]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::000000000000:root"]
    }
  }
}

resource "aws_dynamodb_resource_policy" "games" {
  resource_arn = aws_dynamodb_table.games.arn
  policy       = data.aws_iam_policy_document.readers.json
}
