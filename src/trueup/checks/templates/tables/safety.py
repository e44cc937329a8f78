"""Rules of what keeps items: retention, recovery, protection, expiry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from ....schema.severity import Severity
from ...rule import Rule
from ..check import Found, TemplateCheck
from ..links import GLOBAL_TABLE, TABLE, TABLES, Links, beside
from ..part import Part

STATEFUL = (
    *TABLES,
    *("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::SecretsManager::Secret"),
    *("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::EFS::FileSystem"),
)
"""Types whose loss loses data, or what opens it."""
_RETENTION = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"
_TTL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html"
_CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html"
_LIMITS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"

NO_POLICY = Rule(
    "T020",
    Severity.HIGH,
    "What keeps data says nothing of its own deletion",
    "A resource that leaves the template, or is replaced by a change, is deleted with its data.",
    "write DeletionPolicy and UpdateReplacePolicy: Retain where data matters, Delete where not",
    _RETENTION,
)
NO_RECOVERY = Rule(
    "T021",
    Severity.HIGH,
    "Point-in-time recovery is off",
    "Items that a mistake deletes or overwrites cannot be had back.",
    "write PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}",
    f"{_CONTROLS}#dynamodb-2",
)
RECOVERY_DAYS = Rule(
    "T022",
    Severity.CRITICAL,
    "The days of recovery are not 1 to 35",
    "The deployment fails.",
    "write RecoveryPeriodInDays of 1 to 35",
    "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html",
)
UNPROTECTED = Rule(
    "T023",
    Severity.MEDIUM,
    "A table that is to be kept may be deleted",
    "DeletionPolicy holds for the stack alone: a call of DeleteTable deletes the table.",
    "write DeletionProtectionEnabled: true",
    f"{_CONTROLS}#dynamodb-6",
)
NO_TTL_NAME = Rule(
    "T024",
    Severity.CRITICAL,
    "TTL is on, and names no attribute",
    "The deployment fails, after the table is made.",
    "write the AttributeName of the number in epoch seconds",
    _TTL,
)
TTL_KEY = Rule(
    "T025",
    Severity.HIGH,
    "The attribute of TTL is defined as no number",
    "Nothing expires: TTL takes a number of epoch seconds, and passes over a text.",
    "name an attribute with a number, or define it as N",
    _TTL,
)
UNCHAINED = Rule(
    "T026",
    Severity.MEDIUM,
    "Tables with indexes are made at once",
    "DynamoDB makes few tables with indexes at a time, and CloudFormation makes all of a template "
    "at once: a deployment of many fails with LimitExceededException.",
    "chain them: DependsOn the table with indexes before",
    _LIMITS,
)


def no_policy(resource: Part, links: Links) -> Iterator[Found]:
    """What keeps data, without both policies; Terraform knows none."""
    if links.template.form.startswith("terraform"):
        return
    names = ("DeletionPolicy", "UpdateReplacePolicy")
    missing = [name for name in names if not beside(resource.resource, name).is_there]
    if missing:
        yield resource, f"it has no {' and no '.join(missing)}"


def no_recovery(table: Part, _: Links) -> Iterator[Found]:
    """Tables without recovery."""
    for one in [table] if table.resource.type == TABLE else table["Replicas"]:
        part = one["PointInTimeRecoverySpecification"]
        if not part["PointInTimeRecoveryEnabled"].flag():
            yield part, "it cannot be restored to a point in time"


def recovery_days(table: Part, _: Links) -> Iterator[Found]:
    """Days that DynamoDB does not take."""
    part = table["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]
    if part.is_there and not 1 <= part.number() <= 35:
        yield part, f"it is restorable for {part.text()} days"


def unprotected(table: Part, _: Links) -> Iterator[Found]:
    """Tables that are retained, and not protected."""
    policy = beside(table.resource, "DeletionPolicy").text()
    if policy.startswith("Retain") and not table["DeletionProtectionEnabled"].flag():
        yield table["DeletionProtectionEnabled"], f"DeletionPolicy is {policy}, protection is off"


def no_ttl_name(table: Part, _: Links) -> Iterator[Found]:
    """TTL that is on without a name."""
    part = table["TimeToLiveSpecification"]
    if part["Enabled"].flag() and not part["AttributeName"].is_there:
        yield part, "TTL is on, for no attribute"


def ttl_key(table: Part, _: Links) -> Iterator[Found]:
    """TTL by an attribute that is a text in a key."""
    name = table["TimeToLiveSpecification"]["AttributeName"].text()
    for one in table["AttributeDefinitions"] if name else ():
        if one["AttributeName"].text() == name and one["AttributeType"].text() != "N":
            yield one, f"{name} is of {one['AttributeType'].text()}"


def unchained(table: Part, links: Links) -> Iterator[Found]:
    """Tables with indexes that none of those before leads to."""
    own = table.resource
    if not list(table["GlobalSecondaryIndexes"]):
        return
    tables = [one.resource for one in links.of_type(*TABLES)]
    before = takewhile(lambda one: one is not own, tables)
    with_indexes = [one for one in before if one.properties.get("GlobalSecondaryIndexes")]
    for other in with_indexes[-1:]:
        if not _leads(own.id, other.id, links) and not _leads(other.id, own.id, links):
            yield table, f"it and {other.id} have indexes, and neither waits for the other"


def _leads(start: str, end: str, links: Links) -> bool:
    """Whether a resource waits for another, by DependsOn."""
    todo, seen = [start], {start}
    while todo:
        resource = links.template.resources.get(todo.pop())
        for one in beside(resource, "DependsOn") if resource else ():
            if one.text() == end:
                return True
            if one.text() not in seen:
                seen.add(one.text())
                todo.append(one.text())
    return False


CHECKS = (
    TemplateCheck(NO_POLICY, STATEFUL, no_policy),
    TemplateCheck(NO_RECOVERY, TABLES, no_recovery),
    TemplateCheck(RECOVERY_DAYS, TABLES, recovery_days),
    TemplateCheck(UNPROTECTED, (TABLE,), unprotected),
    TemplateCheck(NO_TTL_NAME, TABLES, no_ttl_name),
    TemplateCheck(TTL_KEY, TABLES, ttl_key),
    TemplateCheck(UNCHAINED, (TABLE, GLOBAL_TABLE), unchained),
)
