"""Transcripts of `trueup check`."""

from tests.cli.harness import Case, Write

PROJECT = Write("pyproject.toml", '[tool.trueup]\nlayer = "tables:layer"\n')
TABLES = """\
from typing import Literal

from trueup import AccessPattern, Index, Layer, Model, Table, WholeSeconds


class Reading(Model):
    sensor: str
    at: WholeSeconds
    kind: Literal["heat", "light"]


readings = Table(
    "Readings",
    Reading,
    partition="sensor",
    sort="at",
    indexes=[Index("ByKind", partition="kind")],
    patterns=[AccessPattern("of_kind", index="ByKind")],
)
layer = Layer("house", target="dynamodb", tables=[readings])
"""
MENDED = TABLES.replace("WholeSeconds\n", "WholeSeconds\nfrom datetime import datetime\n", 1)
MENDED = MENDED.replace("at: WholeSeconds", "at: datetime").replace(
    'partition="kind"', 'partition="kind", shards=8'
)
ACCEPTED = TABLES.replace("readings =", "# trueup: accept D002, one reading a minute\nreadings =")
ACCEPTS = Write("pyproject.toml", PROJECT.text + '[tool.trueup.check.accept]\n"D001" = "few"\n')

RELATIONAL = """\
from trueup import Layer, Model, Relational, Table


class Job(Model):
    id: str


jobs = Table("jobs", Job, partition="id", relational=Relational())
layer = Layer("work", target="postgres", tables=[jobs])
"""
MIGRATION = """\
-- trueup: up
SET lock_timeout = 0;
DROP TABLE former CASCADE;
-- trueup: down
-- trueup: loses nothing that was not lost before
SELECT 1;
"""
OWN = """\
Resources:
  Silent:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: silent
      Namespace: AWS/DynamoDB
      MetricName: UserErrors
      Dimensions:
        - {Name: TableName, Value: Readings}
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
  Banded:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: banded
      EvaluationPeriods: 1
      ThresholdMetricId: band
      ComparisonOperator: GreaterThanUpperThreshold
      Metrics:
        - {Id: band, Expression: "ANOMALY_DETECTION_BAND(m1, 2)"}
"""
SERIES = """{"MetricDataQueries": [{"Id": "m1", "MetricStat": {"Stat": "Sum", "Period": 60,
"Metric": {"Namespace": "AWS/DynamoDB", "MetricName": "ReadAccountLimitThrottleEvents",
"Dimensions": [{"Name": "TableName", "Value": "Readings"}]}}}], "MetricDataResults":
[{"Id": "m1", "Timestamps": ["2026-01-01T00:00:00Z"], "Values": [1]}]}"""

TEMPLATE = Write(
    "orders.yaml",
    """\
Parameters:
  Recover: {Type: String}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      BillingMode: PAY_PER_REQUEST
      DeletionProtectionEnabled: true
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: !Ref Recover}
      # trueup: accept T024, switched off by hand
      TimeToLiveSpecification: {Enabled: true}
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/DynamoDB
      MetricName: UserErrors
      Dimensions: [{Name: TableName, Value: !Ref Orders}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 5
      Threshold: 1
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [arn:aws:sns:eu-west-1:123456789012:alarms]
""",
)

CASES = [
    Case(
        "alarms, over series and of a template",
        PROJECT,
        Write("tables.py", TABLES),
        Write("own.yaml", OWN),
        Write("series.json", SERIES),
        Write("bad.json", "{}"),
        "trueup check --alarms",
        "trueup check --alarms --series series.json",
        "trueup check --alarms --template own.yaml",
        "trueup check --alarms --template own.yaml --json",
        "trueup check --alarms --series bad.json",
        "trueup check --series series.json",
    ),
    Case(
        "mistakes in migrations",
        PROJECT,
        Write("tables.py", RELATIONAL),
        Write("migrations/0001_sizes.sql", MIGRATION),
        "trueup check",
        "trueup check --json",
    ),
    Case(
        "mistakes in a template",
        TEMPLATE,
        "trueup check --template orders.yaml",
        "trueup check --template orders.yaml --parameter Recover=true --json",
        "trueup check --template orders.yaml --fail-on critical",
        "trueup check --template orders.yaml --parameter Recover=true --fail-on critical",
        "trueup check --template orders.yaml --parameter Recover",
    ),
    Case(
        "templates that cannot be read",
        Write("orders.yaml", "Resources: [\n"),
        "trueup check --template orders.yaml",
        "trueup check --template lines.yaml",
    ),
    Case(
        "mistakes in declarations",
        PROJECT,
        Write("tables.py", TABLES),
        "trueup check",
        "trueup check --json",
        "trueup check --fail-on critical",
    ),
    Case("no mistakes", PROJECT, Write("tables.py", MENDED), "trueup check"),
    Case(
        "accepted mistakes",
        ACCEPTS,
        Write("tables.py", ACCEPTED),
        "trueup check",
        "trueup check --all",
        "trueup check --json",
    ),
    Case(
        "acceptances that are wrong",
        Write(
            "pyproject.toml",
            PROJECT.text + '[tool.trueup.check.accept]\n"D001 Orders" = "it has few"\n',
        ),
        Write("tables.py", TABLES.replace("readings =", "# trueup: accept D002\nreadings =")),
        "trueup check",
    ),
    Case(
        "an acceptance without a reason",
        Write("pyproject.toml", PROJECT.text + '[tool.trueup.check.accept]\n"D001" = " "\n'),
        Write("tables.py", TABLES),
        "trueup check",
    ),
]
