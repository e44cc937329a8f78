"""Declared resources beside those of templates: every mutation is found, where it stands and as bad
as it is; what says the same is silent."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.infra.stacks import STACKS
from trueup.infra.agreement.resources import Agreement, verify_resources
from trueup.infra.formats.files import Format, template_text
from trueup.schema.severity import Severity
from trueup.schema.verify import Finding
from trueup.templates.reading import read_template

WORK = STACKS["work"]
FORMS = {"cloudformation": Format.CLOUDFORMATION, "sam": Format.SAM, "terraform": Format.TERRAFORM}
LOW, MEDIUM, HIGH, CRITICAL = Severity
Edit = Callable[[Any], None]


def whole(form: Format, stack: str = "work") -> Any:
    return json.loads(template_text(STACKS[stack], form, is_json=True))


def verified(
    folder: Path, *templates: Any, is_whole: bool = True, stack: str = "work"
) -> Agreement:
    read = []
    for number, template in enumerate(templates):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(template, indent=1), encoding="utf-8")
        read.append(read_template(path))
    return verify_resources(STACKS[stack], read, declared_at="tables.py:1", is_whole=is_whole)


def wrong(found: Agreement) -> Sequence[Finding]:
    return [one for one in found.findings if one.verdict != "agrees"]


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
@pytest.mark.parametrize("stack", STACKS)
def test_what_is_written_agrees_with_its_declarations(
    stack: str, form: Format, tmp_path: Path
) -> None:
    found = verified(tmp_path, whole(form, stack), stack=stack)
    assert not wrong(found)
    assert found.findings
    assert not found.absent


def at(*path: Any, to: Any = None) -> Edit:
    """Another value at a path; without one, none. A path may lead into a text of JSON."""

    def edit(template: Any) -> None:
        if len(path) == 1:
            _put(template, path[0], to)
        elif isinstance(inner := template[path[0]], str):
            parsed = json.loads(inner)
            at(*path[1:], to=to)(parsed)
            template[path[0]] = json.dumps(parsed)
        else:
            at(*path[1:], to=to)(inner)

    return edit


def _put(holder: Any, key: Any, value: Any) -> None:
    if value is None:
        del holder[key]
    elif isinstance(holder, list) and key == len(holder):
        holder.append(value)
    else:
        holder[key] = value


def cfn(id_: str, *path: Any, to: Any = None) -> Edit:
    return at("Resources", id_, *(("Properties", *path) if path else ()), to=to)


def tf(address: str, *path: Any, to: Any = None) -> Edit:
    return at("resource", *address.split("."), *path, to=to)


ALARM, COMPOSITE = "OrdersReadThrottlesAlarm", "OrdersHealthAlarm"
POLICY = ("Policies", 0, "PolicyDocument", "Statement")
MORE = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
ANYBODY = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}
AMBIGUOUS = "the role of another function"
"""Roles have no names of their own: under other ids that of the first function is taken."""
CLOUDFORMATION: dict[str, tuple[Edit, str, Severity]] = {
    "an alarm is deleted": (cfn(ALARM), ALARM, HIGH),
    "a composite alarm is deleted": (cfn(COMPOSITE), COMPOSITE, HIGH),
    "the dashboard is deleted": (cfn("Dashboard"), "Dashboard", LOW),
    "a trigger is deleted": (cfn("FollowerChanges"), "FollowerChanges", HIGH),
    "a function is deleted": (cfn("ReaderFunction"), "ReaderFunction", HIGH),
    "a queue is deleted": (cfn("FollowerDeadLetters"), "FollowerDeadLetters", HIGH),
    "a role is deleted": (cfn("ReaderRole"), "ReaderRole", HIGH),
    "another threshold": (cfn(ALARM, "Threshold", to=5000), ALARM, HIGH),
    "another period": (cfn(ALARM, "Period", to=3600), ALARM, HIGH),
    "another statistic": (cfn(ALARM, "Statistic", to="Average"), ALARM, HIGH),
    "another comparison": (cfn(ALARM, "ComparisonOperator", to="LessThanThreshold"), ALARM, HIGH),
    "more datapoints": (cfn(ALARM, "DatapointsToAlarm", to=10), ALARM, HIGH),
    "missing data is ignored": (cfn(ALARM, "TreatMissingData", to="ignore"), ALARM, HIGH),
    "no dimension": (cfn(ALARM, "Dimensions", 0), ALARM, HIGH),
    "another dimension": (cfn(ALARM, "Dimensions", 0, "Value", to="x"), ALARM, HIGH),
    "one more dimension": (
        cfn(ALARM, "Dimensions", 1, to={"Name": "Operation", "Value": "Scan"}),
        ALARM,
        HIGH,
    ),
    "no action": (cfn(ALARM, "AlarmActions"), ALARM, HIGH),
    "an empty list of actions": (cfn(ALARM, "AlarmActions", to=[]), ALARM, HIGH),
    "actions are off": (cfn(ALARM, "ActionsEnabled", to=False), ALARM, HIGH),
    "another text of an alarm": (cfn(ALARM, "AlarmDescription", to="x"), ALARM, LOW),
    "another expression": (
        cfn("OrdersReadConsumedAlarm", "Metrics", 1, "Expression", to="m1*0"),
        "OrdersReadConsumedAlarm",
        HIGH,
    ),
    "another rule of a composite alarm": (cfn(COMPOSITE, "AlarmRule", to="FALSE"), COMPOSITE, HIGH),
    "every action": (
        cfn("ReaderRole", *POLICY, 0, "Action", to="dynamodb:*"),
        "ReaderRole",
        CRITICAL,
    ),
    "every resource": (cfn("ReaderRole", *POLICY, 0, "Resource", to="*"), "ReaderRole", CRITICAL),
    "one more statement": (cfn("ReaderRole", *POLICY, 4, to=MORE), "ReaderRole", CRITICAL),
    "no condition": (cfn("ReaderRole", *POLICY, 2, "Condition"), "ReaderRole", CRITICAL),
    "one statement less": (cfn("ReaderRole", *POLICY, 0), "ReaderRole", HIGH),
    "a managed policy more": (
        cfn("ReaderRole", "ManagedPolicyArns", to=["arn:aws:iam::aws:policy/AdministratorAccess"]),
        "ReaderRole",
        CRITICAL,
    ),
    "anybody takes the role": (
        cfn("ReaderRole", "AssumeRolePolicyDocument", to=ANYBODY),
        "ReaderRole",
        CRITICAL,
    ),
    "a policy beside the role": (
        at(
            "Resources",
            "More",
            to={
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "PolicyName": "more",
                    "Roles": [{"Ref": "ReaderRole"}],
                    "PolicyDocument": {"Statement": [MORE]},
                },
            },
        ),
        "More",
        CRITICAL,
    ),
    "another handler": (cfn("ReaderFunction", "Handler", to="app.x"), "ReaderFunction", HIGH),
    "less time": (cfn("ReaderFunction", "Timeout", to=3), "ReaderFunction", HIGH),
    "another table in the environment": (
        cfn("ReaderFunction", "Environment", "Variables", "TRUEUP_TABLE_ORDERS", to="x"),
        "ReaderFunction",
        HIGH,
    ),
    AMBIGUOUS: (
        cfn("ReaderFunction", "Role", "Fn::GetAtt", 0, to="FollowerRole"),
        "ReaderFunction",
        HIGH,
    ),
    "no concurrency": (
        cfn("ReaderFunction", "ReservedConcurrentExecutions", to=0),
        "ReaderFunction",
        HIGH,
    ),
    "a trigger that is off": (cfn("FollowerChanges", "Enabled", to=False), "FollowerChanges", HIGH),
    "a trigger that drops what fails": (
        cfn("FollowerChanges", "DestinationConfig"),
        "FollowerChanges",
        HIGH,
    ),
    "a trigger of another function": (
        cfn("FollowerChanges", "FunctionName", "Ref", to="ReaderFunction"),
        "FollowerChanges",
        HIGH,
    ),
    "a trigger that begins later": (
        cfn("FollowerChanges", "StartingPosition", to="LATEST"),
        "FollowerChanges",
        HIGH,
    ),
    "a trigger with fewer filters": (
        cfn("FollowerChanges", "FilterCriteria", "Filters", 1),
        "FollowerChanges",
        HIGH,
    ),
    "a trigger without partial failures": (
        cfn("FollowerChanges", "FunctionResponseTypes"),
        "FollowerChanges",
        HIGH,
    ),
    "letters are kept shorter": (
        cfn("FollowerDeadLetters", "MessageRetentionPeriod", to=60),
        "FollowerDeadLetters",
        HIGH,
    ),
    "logs are kept shorter": (cfn("ReaderLog", "RetentionInDays", to=1), "ReaderLog", MEDIUM),
    "logs are kept for ever": (cfn("ReaderLog", "RetentionInDays"), "ReaderLog", MEDIUM),
}
THROTTLES = "aws_cloudwatch_metric_alarm.orders_read_throttles_alarm"
CONSUMED = "aws_cloudwatch_metric_alarm.orders_read_consumed_alarm"
FUNCTION, TRIGGER = (
    "aws_lambda_function.reader_function",
    ("aws_lambda_event_source_mapping.follower_changes"),
)
ROLE, RULES = "aws_iam_role.reader_role", "aws_iam_role_policy.reader_role_declared"
QUEUE, LOG = "aws_sqs_queue.follower_dead_letters", "aws_cloudwatch_log_group.reader_log"
BOARD = "aws_cloudwatch_dashboard.dashboard"
TERRAFORM: dict[str, tuple[Edit, str, Severity]] = {
    "an alarm is deleted": (tf(THROTTLES), THROTTLES, HIGH),
    "a trigger is deleted": (tf(TRIGGER), TRIGGER, HIGH),
    "a function is deleted": (tf(FUNCTION), FUNCTION, HIGH),
    "the dashboard is deleted": (tf(BOARD), BOARD, LOW),
    "a queue is deleted": (tf(QUEUE), QUEUE, HIGH),
    "another threshold": (tf(THROTTLES, "threshold", to=5000), THROTTLES, HIGH),
    "another period": (tf(THROTTLES, "period", to=3600), THROTTLES, HIGH),
    "another dimension": (tf(THROTTLES, "dimensions", "TableName", to="x"), THROTTLES, HIGH),
    "no action": (tf(THROTTLES, "alarm_actions"), THROTTLES, HIGH),
    "actions are off": (tf(THROTTLES, "actions_enabled", to=False), THROTTLES, HIGH),
    "another text of an alarm": (tf(THROTTLES, "alarm_description", to="x"), THROTTLES, LOW),
    "another expression": (tf(CONSUMED, "metric_query", 1, "expression", to="0"), CONSUMED, HIGH),
    "another metric": (
        tf(CONSUMED, "metric_query", 0, "metric", 0, "metric_name", to="x"),
        CONSUMED,
        HIGH,
    ),
    "every action": (
        tf(RULES, "policy", "Statement", 0, "Action", to="dynamodb:*"),
        RULES,
        CRITICAL,
    ),
    "every resource": (tf(RULES, "policy", "Statement", 0, "Resource", to="*"), RULES, CRITICAL),
    "one statement less": (tf(RULES, "policy", "Statement", 0), RULES, HIGH),
    "the policy of a role is deleted": (tf(RULES), RULES, HIGH),
    "anybody takes the role": (
        tf(ROLE, "assume_role_policy", to=json.dumps(ANYBODY)),
        ROLE,
        CRITICAL,
    ),
    "a policy beside the role": (
        at(
            "resource",
            "aws_iam_role_policy_attachment",
            to={
                "more": {
                    "role": "${aws_iam_role.reader_role.name}",
                    "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess",
                }
            },
        ),
        "aws_iam_role_policy_attachment.more",
        CRITICAL,
    ),
    "another handler": (tf(FUNCTION, "handler", to="app.x"), FUNCTION, HIGH),
    "less memory": (tf(FUNCTION, "memory_size", to=128), FUNCTION, HIGH),
    "less time": (tf(FUNCTION, "timeout", to=3), FUNCTION, HIGH),
    "another environment": (
        tf(FUNCTION, "environment", "variables", "TRUEUP_TABLE_ORDERS", to="x"),
        FUNCTION,
        HIGH,
    ),
    "the role of another function": (
        tf(FUNCTION, "role", to="${aws_iam_role.follower_role.arn}"),
        FUNCTION,
        HIGH,
    ),
    "a trigger that is off": (tf(TRIGGER, "enabled", to=False), TRIGGER, HIGH),
    "a trigger with other batches": (tf(TRIGGER, "batch_size", to=1), TRIGGER, HIGH),
    "a trigger that drops what fails": (tf(TRIGGER, "destination_config"), TRIGGER, HIGH),
    "a trigger with fewer filters": (
        tf(TRIGGER, "filter_criteria", "filter", 1),
        TRIGGER,
        HIGH,
    ),
    "letters are kept shorter": (tf(QUEUE, "message_retention_seconds", to=60), QUEUE, HIGH),
    "logs are kept shorter": (tf(LOG, "retention_in_days", to=1), LOG, MEDIUM),
}


@pytest.mark.parametrize("name", CLOUDFORMATION)
@pytest.mark.parametrize("is_named", [False, True])
def test_every_mutation_of_cloudformation_is_found(
    name: str, is_named: bool, tmp_path: Path
) -> None:
    """Also if only names tell which resource is which."""
    edit, resource, severity = CLOUDFORMATION[name]
    template = whole(Format.CLOUDFORMATION)
    edit(template)
    if is_named:
        template = _renamed(template)
    found = verified(tmp_path, template)
    if name == AMBIGUOUS and is_named:
        assert wrong(found)
    else:
        _is_found(found, resource, severity)


@pytest.mark.parametrize("name", TERRAFORM)
def test_every_mutation_of_terraform_is_found(name: str, tmp_path: Path) -> None:
    edit, resource, severity = TERRAFORM[name]
    template = whole(Format.TERRAFORM)
    edit(template)
    _is_found(verified(tmp_path, template), resource, severity)


def _is_found(found: Agreement, resource: str, severity: Severity) -> None:
    assert wrong(found), "the mutation was not found"
    differing = [one for one in wrong(found) if one.verdict == "differs"]
    assert resource in {one.table.removesuffix("Mine") for one in differing}
    assert max(one.severity for one in differing) == severity
    assert all(one.found_at.rpartition(":")[2].isdigit() for one in wrong(found) if one.found_at)
    assert all(one.mend for one in differing)


def _renamed(template: Any) -> Any:
    """The template with other ids for all resources: what a team's own template has."""
    text = json.dumps(template)
    for id_ in sorted(template["Resources"], key=len, reverse=True):
        text = text.replace(f'"{id_}"', f'"{id_}Mine"')
    return json.loads(text)


def test_resources_are_found_by_their_names_under_other_ids(tmp_path: Path) -> None:
    found = verified(tmp_path, _renamed(whole(Format.CLOUDFORMATION)))
    assert not wrong(found)
    assert found.compared["alarm"] == 42


def test_what_is_not_there_is_told_as_such_unless_the_template_is_whole(tmp_path: Path) -> None:
    template = whole(Format.CLOUDFORMATION)
    cfn("FollowerChanges")(template)
    found = verified(tmp_path, template, is_whole=False)
    assert not wrong(found)
    assert found.absent == {"trigger": 1}
    assert ("trigger", "follower_changes") in found.lacking


def test_what_one_of_several_templates_has_is_there(tmp_path: Path) -> None:
    first, second = whole(Format.CLOUDFORMATION), whole(Format.CLOUDFORMATION)
    for id_ in list(first["Resources"]):
        del (first if "Alarm" in id_ else second)["Resources"][id_]
    found = verified(tmp_path, first, second)
    assert not [one for one in wrong(found) if one.difference.found is None]
    assert not found.absent


SAME: dict[str, Edit] = {
    "a topic instead of the parameter": cfn(
        ALARM, "AlarmActions", to=["arn:aws:sns:eu-west-1:1:a"]
    ),
    "a number as a text": cfn(ALARM, "Threshold", to="0"),
    "one action without a list": cfn("ReaderRole", *POLICY, 0, "Action", to="dynamodb:GetItem"),
    "the ARN of the table by its attribute": cfn(
        "ReaderRole", *POLICY, 0, "Resource", to={"Fn::GetAtt": ["OrdersTable", "Arn"]}
    ),
    "the ARN of an index by a text": cfn(
        "ReaderRole", *POLICY, 1, "Resource", to={"Fn::Sub": "${OrdersTable.Arn}/index/ByDay"}
    ),
    "the ARN of the queue by its attribute": cfn(
        "FollowerRole", *POLICY, 4, "Resource", to={"Fn::GetAtt": ["FollowerDeadLetters", "Arn"]}
    ),
    "the ARN of the function": cfn(
        "FollowerChanges", "FunctionName", to={"Fn::GetAtt": ["FollowerFunction", "Arn"]}
    ),
    "a tag more": cfn("ReaderFunction", "Tags", 2, to={"Key": "team", "Value": "a"}),
    "what is not declared": cfn("ReaderFunction", "Architectures", to=["arm64"]),
    "statements in another order": lambda template: template["Resources"]["ReaderRole"][
        "Properties"
    ]["Policies"][0]["PolicyDocument"]["Statement"].reverse(),
}


@pytest.mark.parametrize("name", SAME)
def test_what_says_the_same_is_silent(name: str, tmp_path: Path) -> None:
    template = whole(Format.CLOUDFORMATION)
    SAME[name](template)
    assert not wrong(verified(tmp_path, template))


def test_what_cannot_be_resolved_is_unknown_and_quoted(tmp_path: Path) -> None:
    template = whole(Format.CLOUDFORMATION)
    template["Parameters"]["Limit"] = {"Type": "Number"}
    cfn(ALARM, "Threshold", to={"Ref": "Limit"})(template)
    [found] = wrong(verified(tmp_path, template))
    assert found.verdict == "unknown"
    assert "!Ref Limit" in found.difference.reason


def test_what_a_policy_allows_that_is_not_known_is_unknown(tmp_path: Path) -> None:
    template = whole(Format.CLOUDFORMATION)
    template["Parameters"]["Other"] = {"Type": "String"}
    cfn("ReaderRole", *POLICY, 0, "Resource", to={"Ref": "Other"})(template)
    [found] = wrong(verified(tmp_path, template))
    assert (found.verdict, found.severity) == ("unknown", CRITICAL)
    assert "!Ref Other" in found.difference.reason
