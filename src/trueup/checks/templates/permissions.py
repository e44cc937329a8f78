"""Rules of policies: more than a function needs, and conditions that do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...schema.severity import Severity
from ..rule import Rule
from .actions import ACTIONS, ON_ALL
from .check import Found, TemplateCheck
from .links import Links
from .part import Part

POLICIES = (
    *("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::IAM::User"),
    *("AWS::IAM::Group", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"),
)
FUNCTION = "AWS::Lambda::Function"
ROLE = "AWS::IAM::Role"
_PREFIX = "dynamodb:"
_WIDE = re.compile(r"\*|arn:[^:]*:dynamodb:[^:]*:[^:]*:(\*|table/\*.*)|arn:[^:]*:(\*|dynamodb:\*)")
_PSEUDO = re.compile(r"\$\{AWS::\w+\}")
_LEAST = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
)
_KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"
_ACTIONS = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html"
)

WIDE_ACTION = Rule(
    "T401",
    Severity.HIGH,
    "A policy allows actions of DynamoDB by a wildcard",
    "It allows what nobody asked for, DeleteTable among it, and what AWS adds next year.",
    "name the actions that the function's access patterns need",
    _LEAST,
)
WIDE_RESOURCE = Rule(
    "T402",
    Severity.HIGH,
    "A policy allows actions on every table",
    "A mistake in one function reaches the items of all the others.",
    "name the table's ARN, and that of an index where the index is queried",
    _LEAST,
)
TENANT_SCAN = Rule(
    "T403",
    Severity.HIGH,
    "A scan is allowed under a condition on leading keys",
    "A scan has no leading key: the condition says nothing of it, and with ForAllValues it holds, "
    "so that the items of every tenant come back.",
    "take Scan out of the statement",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html",
)
ABSENT_KEY = Rule(
    "T404",
    Severity.HIGH,
    "ForAllValues stands alone",
    "It holds for a request that lacks the key, which is then allowed.",
    'add that the key is there: "Null": {"dynamodb:LeadingKeys": "false"}',
    _KEYS,
)
NO_ACTION = Rule(
    "T405",
    Severity.HIGH,
    "A policy names an action that there is not",
    "It allows nothing, and the function's calls are denied. A transaction is allowed by the "
    "actions of its parts, and by ConditionCheckItem.",
    "correct the name of the action",
    _ACTIONS,
)
ALL_BUT = Rule(
    "T406",
    Severity.HIGH,
    "A policy allows all but what it names",
    "It allows every other action, or every other table, those of next year among them.",
    "name what is allowed: Action and Resource",
    _LEAST,
)
SHARED_ROLE = Rule(
    "T407",
    Severity.MEDIUM,
    "Several functions share a role",
    "Each may do what any of them needs.",
    "give each function a role of its own, with what it needs",
    _LEAST,
)


def _statements(resource: Part) -> Iterator[Part]:
    """The statements that allow something."""
    documents = [resource["PolicyDocument"]]
    documents += [one["PolicyDocument"] for one in resource["Policies"]]
    for document in documents:
        for one in document["Statement"]:
            if one["Effect"].text() == "Allow":
                yield one


def _actions(statement: Part) -> list[str]:
    """The actions of DynamoDB without their prefix, in small letters; `*` for all of AWS."""
    named = [one.text().lower() for one in statement["Action"]]
    return [one.removeprefix(_PREFIX) for one in named if one == "*" or one.startswith(_PREFIX)]


def wide_action(resource: Part, _: Links) -> Iterator[Found]:
    """Wildcards among the actions."""
    for statement in _statements(resource):
        wide = [one for one in _actions(statement) if "*" in one or "?" in one]
        if wide:
            yield statement["Action"], f"it allows {', '.join(wide)} of dynamodb"


def wide_resource(resource: Part, links: Links) -> Iterator[Found]:
    """Wildcards in place of tables."""
    for statement in _statements(resource):
        if not set(_actions(statement)) - ON_ALL or links.refers(statement["Resource"]):
            continue
        for one in statement["Resource"]:
            if not links.refers(one) and _WIDE.fullmatch(_PSEUDO.sub("x", one.text())):
                yield statement["Resource"], f"it is about {one.text()}"


def tenant_scan(resource: Part, _: Links) -> Iterator[Found]:
    """Scans beside leading keys."""
    for statement in _statements(resource):
        keys = [key for _, _, key in _conditions(statement)]
        scans = {"scan", "*"} & set(_actions(statement))
        if "dynamodb:leadingkeys" in keys and scans:
            yield statement["Action"], "it allows a scan under leading keys"


def absent_key(resource: Part, _: Links) -> Iterator[Found]:
    """ForAllValues of a key that may be absent."""
    for statement in _statements(resource):
        conditions = list(_conditions(statement))
        present = {
            key for operator, part, key in conditions if operator == "null" and not part.flag()
        }
        for operator, _part, key in conditions:
            if operator.startswith("forallvalues:") and key not in present:
                yield statement["Condition"], f"ForAllValues of {key} holds where there is none"


def _conditions(statement: Part) -> Iterator[tuple[str, Part, str]]:
    """Operators, values and keys; operators and keys in small letters."""
    for operator, keys in statement["Condition"].entries():
        for key, value in keys.entries():
            yield operator.lower(), value, key.lower()


def no_action(resource: Part, _: Links) -> Iterator[Found]:
    """Actions that DynamoDB does not know."""
    for statement in _statements(resource):
        for one in statement["Action"]:
            action = one.text().lower()
            is_plain = action.startswith(_PREFIX) and "*" not in action and "?" not in action
            if is_plain and action.removeprefix(_PREFIX) not in ACTIONS:
                yield one, f"there is no action {one.text()}"


def all_but(resource: Part, _: Links) -> Iterator[Found]:
    """NotAction, and NotResource with actions of DynamoDB."""
    for statement in _statements(resource):
        if statement["NotAction"].is_there:
            yield statement, "it allows all but some actions"
        elif statement["NotResource"].is_there and _actions(statement):
            yield statement, "it allows all but some resources"


def shared_role(function: Part, links: Links) -> Iterator[Found]:
    """The role of a function before this one."""
    own = links.named(function["Role"], ROLE)
    for other in links.of_type(FUNCTION):
        if other.resource is function.resource:
            return
        role = links.named(other["Role"], ROLE)
        if own is not None and role is not None and role.resource is own.resource:
            yield function["Role"], f"{other.resource.id} has the role {own.resource.id}, too"
            return


CHECKS = (
    TemplateCheck(WIDE_ACTION, POLICIES, wide_action),
    TemplateCheck(WIDE_RESOURCE, POLICIES, wide_resource),
    TemplateCheck(TENANT_SCAN, POLICIES, tenant_scan),
    TemplateCheck(ABSENT_KEY, POLICIES, absent_key),
    TemplateCheck(NO_ACTION, POLICIES, no_action),
    TemplateCheck(ALL_BUT, POLICIES, all_but),
    TemplateCheck(SHARED_ROLE, (FUNCTION,), shared_role),
)
