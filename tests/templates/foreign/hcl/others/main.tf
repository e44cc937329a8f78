# A stack without a table.
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_cloudwatch_log_group" "jobs" {
  name              = "/jobs"
  retention_in_days = 14
}
