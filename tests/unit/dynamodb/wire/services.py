"""Services of AWS that speak JSON or take forms, by their names in botocore's models."""

from __future__ import annotations

from trueup.engines.dynamodb.wire.aws.service import (
    DYNAMODB,
    IAM,
    KMS,
    SECRETS_MANAGER,
    STS,
    Service,
)

STREAMS = Service(
    "dynamodb-streams",
    "dynamodbstreams",
    "streams.dynamodb",
    "dynamodb",
    "DynamoDBStreams_20120810",
    "1.0",
)
LOGS = Service("cloudwatch-logs", "logs", "logs", "logs", "Logs_20140328", "1.1")
SCALING = Service(
    "application-auto-scaling",
    "application-autoscaling",
    "application-autoscaling",
    "application-autoscaling",
    "AnyScaleFrontendService",
    "1.1",
)
METRICS = Service(
    "cloudwatch", "cloudwatch", "monitoring", "monitoring", "GraniteServiceVersion20100801", "1.0"
)
SERVICES = (DYNAMODB, KMS, STREAMS, LOGS, SCALING, METRICS, STS, IAM, SECRETS_MANAGER)
