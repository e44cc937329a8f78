"""What the calls of a repository are in DynamoDB's actions, and what allows those and no others.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..._dataclass import dataclass
from ...model.declarations.access import Access
from ...model.description.tables import TableDescription
from ..values import ARNS, PLACE, Property
from .kept_sets import has_kept_sets
from .statements import Statement

_ALWAYS = {
    "get": ("GetItem",),
    "get_many": ("BatchGetItem",),
    "pattern": ("Query",),
    "query": ("Query",),
    "scan": ("Scan",),
    "create": ("PutItem",),
    "put": ("PutItem",),
    "put_many": ("BatchWriteItem",),
    "update": ("UpdateItem",),
    "update_or_create": ("UpdateItem",),
    "delete": ("DeleteItem",),
    "delete_many": ("BatchWriteItem",),
    "check": ("ConditionCheckItem",),
}
_STREAM = frozenset(
    f"dynamodb:{one}" for one in ("DescribeStream", "GetRecords", "GetShardIterator")
)
_CALLED = frozenset(f"kms:{one}" for one in ("Decrypt", "DescribeKey", "GenerateDataKey"))
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html"""


@dataclass(frozen=True, slots=True)
class Call:
    """An action on a table, or on one of its indexes."""

    table: str
    action: str
    index: str = ""

    def __str__(self) -> str:
        return f"{self.action} on {self.table}" + (f", index {self.index}" if self.index else "")


def calls_of(access: Access, table: TableDescription) -> frozenset[Call]:
    """What DynamoDB is asked for when a function does what it declares.

    There is no action for transactions: each of their parts is one of these.
    """
    index = access.of
    if access.call == "pattern":
        index = table.patterns[access.of].index or ""
    return frozenset(Call(table.name, action, index) for action in _actions(access.call, table))


def _actions(call: str, table: TableDescription) -> Iterator[str]:
    if call == "put_many" and table.version is not None:
        yield "PutItem"  # each item has the condition that its version still stands
        return
    yield from _ALWAYS[call]
    if call == "delete_many" and (table.version is not None or table.discriminator is not None):
        yield "DeleteItem"  # with conditions, one by one
    if call == "update_or_create" and table.expires is not None:
        yield "PutItem"  # in place of an item that has expired
    if call in ("update", "update_or_create") and has_kept_sets(table):
        yield "GetItem"  # before elements are taken out of a set that stays when it is empty


def table_arn(name: str, index: str = "") -> str:
    """The ARN of a table, or of one of its indexes. name: in the account."""
    return f"{ARNS}:dynamodb:{PLACE}:table/{name}" + (f"/index/{index}" if index else "")


def call_statements(
    calls: Iterable[Call], names: Mapping[str, str], leading_keys: Iterable[str] = ()
) -> Iterator[Statement]:
    """What allows these calls. names: logical to physical names of tables.

    leading_keys: patterns of the partition keys that the calls are confined to.
    """
    by_resource: dict[str, set[str]] = {}
    for call in calls:
        arn = table_arn(names[call.table], call.index)
        by_resource.setdefault(arn, set()).add(f"dynamodb:{call.action}")
    condition = confined_to(leading_keys)
    for arn, actions in sorted(by_resource.items()):
        yield Statement(arn, frozenset(actions), condition)


def confined_to(leading_keys: Iterable[str]) -> Mapping[str, Property]:
    """The condition on partition keys.

    `ForAllValues` is true of a request without any, such as a scan's: so there must be one.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    keys = sorted(leading_keys)
    if not keys:
        return {}
    return {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def stream_statement(name: str) -> Statement:
    """What allows to read the stream of a table. name: in the account."""
    return Statement(f"{table_arn(name)}/stream/*", _STREAM)


def key_statements(tables: Iterable[TableDescription], *, is_stream: bool) -> Iterator[Statement]:
    """What allows to use the keys that tables are encrypted with, through DynamoDB only.

    is_stream: whether only their streams are read.
    """
    keys = {
        table.dynamodb.kms_key_arn
        for table in tables
        if table.dynamodb.encryption == "customer" and table.dynamodb.kms_key_arn
    }
    for key in sorted(keys):
        yield _key_statement(key, frozenset({"kms:Decrypt"}) if is_stream else _CALLED)


def described_key(tables: Iterable[TableDescription]) -> Iterator[Statement]:
    """What allows to look up which key an alias of the tables' encryption names."""
    for one in key_statements(tables, is_stream=False):
        yield Statement(one.resource, frozenset({"kms:DescribeKey"}))


def _key_statement(key: str, actions: frozenset[str]) -> Statement:
    """key: an ARN, an id, or an alias, which is no resource of policies: its key is asked for it.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    condition: dict[str, Property] = {
        "StringEquals": {"kms:ViaService": "dynamodb.${AWS::Region}.amazonaws.com"}
    }
    arn = key if key.startswith("arn:") else f"{ARNS}:kms:{PLACE}:{key}"
    place, _, named = arn.rpartition(":")
    if named.startswith("alias/"):
        condition["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": named}
        return Statement(f"{place}:key/*", actions, condition)
    return Statement(
        f"{place}:{named if named.startswith('key/') else f'key/{named}'}", actions, condition
    )
