"""How bad a difference of a resource is, by what it leads to; and what resources are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ...schema.facts import Path
from ...schema.severity import Severity

_KINDS: Mapping[str, str] = {
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::CompositeAlarm": "composite alarm",
    "AWS::CloudWatch::Dashboard": "dashboard",
    "aws_cloudwatch_dashboard": "dashboard",
    "AWS::Lambda::Function": "function",
    "AWS::Lambda::EventSourceMapping": "trigger",
    "AWS::Lambda::Permission": "permission of a function",
    "aws_lambda_permission": "permission of a function",
    "AWS::IAM::Role": "role",
    "AWS::IAM::RolePolicy": "policy of a role",
    "AWS::Logs::LogGroup": "log group",
    "AWS::SQS::Queue": "queue",
    "aws_sqs_queue": "queue",
    "AWS::ApiGateway::RestApi": "REST API",
    "AWS::ApiGateway::Method": "method of an API",
    "AWS::ApiGateway::UsagePlan": "usage plan",
    "AWS::RDS::DBInstance": "database",
    "AWS::RDS::DBProxy": "proxy of a database",
}
_PERMITTING = ("::IAM::", "aws_iam_", "::Lambda::Permission", "aws_lambda_permission")
_OPENING = ("SecurityGroup", "aws_security_group", "aws_vpc_security_group")
_SEEN = ("Dashboard", "aws_cloudwatch_dashboard")
_TOLD = ("Description", "AlarmDescription", "Tags", "description", "tags", "DashboardBody")


def severity_of_property(kind: str, path: Path) -> Severity:
    """The severity of a property that differs. path: empty for a resource that is not there."""
    name = path[0] if path else ""
    if name in _TOLD or any(part in kind for part in _SEEN):
        return Severity.LOW
    if path and any(part in kind for part in (*_PERMITTING, *_OPENING)):
        return Severity.CRITICAL
    return Severity.MEDIUM if kind == "AWS::Logs::LogGroup" else Severity.HIGH


def kind_of(kind: str) -> str:
    """What people call a type of resources; types that are rare keep their own names."""
    return _KINDS.get(kind, kind)


def counted(kinds: Iterable[str]) -> dict[str, int]:
    """How many there are of each, by the words of people, most first."""
    return dict(Counter(map(kind_of, kinds)).most_common())
