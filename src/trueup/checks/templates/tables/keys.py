"""Rules of the keys and indexes of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....schema.severity import Severity
from ...rule import Rule
from ..check import Found, TemplateCheck
from ..links import TABLES, Links
from ..part import Part

_TABLE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html"
_LIMITS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"
_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
MOST_INDEXES = 20
MOST_LOCAL_INDEXES = 5
MOST_KEYS = 4
"""Attributes of an index's partition key, and of its sort key. Source: _LIMITS."""
MOST_PROJECTED = 100

MANY_INDEXES = Rule(
    "T010",
    Severity.CRITICAL,
    "A table has more indexes than DynamoDB takes",
    "The deployment fails: 20 global indexes and 5 local ones are the quota.",
    "drop indexes, or answer several patterns by one",
    _LIMITS,
)
MANY_KEYS = Rule(
    "T011",
    Severity.CRITICAL,
    "A key has more attributes than DynamoDB takes",
    "The deployment fails: a table's key has one partition and at most one sort attribute, and a "
    "global index's has four of each.",
    "leave attributes out, or put several into one text",
    _LIMITS,
)
KEY_ORDER = Rule(
    "T012",
    Severity.CRITICAL,
    "A key does not begin with its partition attributes, or names one twice",
    "The deployment fails: HASH comes before RANGE, and each attribute once.",
    "write HASH first",
    _TABLE,
)
UNUSED_ATTRIBUTE = Rule(
    "T013",
    Severity.CRITICAL,
    "An attribute is defined, and in no key",
    "The deployment fails: AttributeDefinitions has the attributes of keys, and no others.",
    "drop the definition: DynamoDB needs none for other attributes",
    _TABLE,
)
UNDEFINED_ATTRIBUTE = Rule(
    "T014",
    Severity.CRITICAL,
    "An attribute of a key is not defined",
    "The deployment fails.",
    "define it in AttributeDefinitions, as S, N or B",
    _TABLE,
)
INDEX_NAME = Rule(
    "T015",
    Severity.CRITICAL,
    "The name of a table or an index is not one that DynamoDB takes, or is taken",
    "The deployment fails: names have 3 to 255 letters, digits, _ - and ., and an index another "
    "than its sisters.",
    "give it another name",
    _LIMITS,
)
PROJECTION = Rule(
    "T016",
    Severity.CRITICAL,
    "The projection of an index contradicts itself",
    "The deployment fails: INCLUDE names attributes, ALL and KEYS_ONLY name none, and all indexes "
    "of a table name 100 at most.",
    "name attributes with INCLUDE, and only there",
    _TABLE,
)
LOCAL_KEY = Rule(
    "T017",
    Severity.CRITICAL,
    "A local index has another partition key than its table, or no sort key",
    "The deployment fails.",
    "write the table's HASH attribute, and a RANGE attribute",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html",
)
LOCAL_ALL = Rule(
    "T018",
    Severity.MEDIUM,
    "A local index holds all attributes",
    "All items of a partition with their local indexes are 10 GB at most; a copy of everything "
    "uses that up twice as fast, and a local index cannot be changed later.",
    "name what queries of it read: ProjectionType INCLUDE",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html",
)


def indexes(table: Part) -> Iterator[Part]:
    """The global indexes, then the local ones."""
    yield from table["GlobalSecondaryIndexes"]
    yield from table["LocalSecondaryIndexes"]


def many_indexes(table: Part, _: Links) -> Iterator[Found]:
    """More indexes than the quota."""
    for name, most, kind in (
        ("GlobalSecondaryIndexes", MOST_INDEXES, "global"),
        ("LocalSecondaryIndexes", MOST_LOCAL_INDEXES, "local"),
    ):
        count = len(list(table[name]))
        if count > most:
            yield table[name], f"{count} {kind} indexes, where {most} are the most"


def many_keys(table: Part, _: Links) -> Iterator[Found]:
    """Keys of too many attributes, or of none."""
    keys = [("the table", table["KeySchema"], 1)]
    keys += [(_called(one), one["KeySchema"], MOST_KEYS) for one in table["GlobalSecondaryIndexes"]]
    keys += [(_called(one), one["KeySchema"], 1) for one in table["LocalSecondaryIndexes"]]
    for whose, schema, most in keys:
        types = [one["KeyType"].text() for one in schema]
        for kind in ("HASH", "RANGE"):
            if types.count(kind) > most:
                yield schema, f"{whose} has {types.count(kind)} {kind} attributes, at most {most}"


def key_order(table: Part, _: Links) -> Iterator[Found]:
    """RANGE before HASH, no HASH, or one attribute twice."""
    for schema in (table["KeySchema"], *(one["KeySchema"] for one in indexes(table))):
        if not schema.is_there:
            continue
        types = [one["KeyType"].text() for one in schema]
        names = [one["AttributeName"].text() for one in schema]
        if types != sorted(types) or "HASH" not in types:
            yield schema, f"the key is {', '.join(types) or 'empty'}"
        elif len(set(names)) < len(names):
            yield schema, f"the key is {', '.join(names)}"


def _key_names(table: Part) -> Iterator[Part]:
    for schema in (table["KeySchema"], *(one["KeySchema"] for one in indexes(table))):
        for one in schema:
            yield one["AttributeName"]


def unused_attribute(table: Part, _: Links) -> Iterator[Found]:
    """Definitions without a key."""
    used = {one.text() for one in _key_names(table)}
    for vector in table["VectorIndexes"]:
        used |= {one["AttributeName"].text() for one in vector["SearchSchema"]}
        used.add(vector.at("VectorAttribute", "AttributeName").text())
    for definition in table["AttributeDefinitions"]:
        name = definition["AttributeName"].text()
        if name not in used:
            yield definition, f"{name} is in no key"


def undefined_attribute(table: Part, _: Links) -> Iterator[Found]:
    """Keys without a definition."""
    defined = {one["AttributeName"].text() for one in table["AttributeDefinitions"]}
    for part in _key_names(table):
        if (name := part.text()) not in defined:
            yield part, f"{name} is in a key, and not in AttributeDefinitions"


def index_name(table: Part, _: Links) -> Iterator[Found]:
    """Names that DynamoDB refuses."""
    if not table["TableName"].is_unknown:
        name = table["TableName"].text()
        if name and "${" not in name and not _NAME.fullmatch(name.rpartition("/")[2]):
            yield table["TableName"], f"the table cannot be called {name!r}"
    seen: set[str] = set()
    for index in indexes(table):
        name = index["IndexName"].text()
        if "${" not in name and not _NAME.fullmatch(name):
            yield index["IndexName"], f"an index cannot be called {name!r}"
        elif name in seen:
            yield index["IndexName"], f"two indexes are called {name}"
        seen.add(name)


def projection(table: Part, _: Links) -> Iterator[Found]:
    """Projections that name attributes where they may not, and the other way round."""
    total = 0
    for index in indexes(table):
        part = index["Projection"]
        kind, names = part["ProjectionType"].text(), list(part["NonKeyAttributes"])
        total += len(names)
        if (kind == "INCLUDE") != bool(names):
            says = f"names {len(names)} attributes" if names else "names no attributes"
            yield part, f"{_called(index)} is {kind or 'of no type'} and {says}"
    if total > MOST_PROJECTED:
        yield table["GlobalSecondaryIndexes"], f"the indexes name {total} attributes in all"


def local_key(table: Part, _: Links) -> Iterator[Found]:
    """Local indexes of another partition."""
    own = [one["AttributeName"].text() for one in table["KeySchema"]][:1]
    for index in table["LocalSecondaryIndexes"]:
        names = [one["AttributeName"].text() for one in index["KeySchema"]]
        if names[:1] != own or len(names) < 2:
            yield index["KeySchema"], f"{_called(index)} has the key {', '.join(names)}"


def local_all(table: Part, _: Links) -> Iterator[Found]:
    """Local indexes of everything."""
    for index in table["LocalSecondaryIndexes"]:
        if index.at("Projection", "ProjectionType").text() == "ALL":
            yield index["Projection"], f"{_called(index)} holds all attributes"


def _called(index: Part) -> str:
    return f"the index {index['IndexName'].text()}"


CHECKS = (
    TemplateCheck(MANY_INDEXES, TABLES, many_indexes),
    TemplateCheck(MANY_KEYS, TABLES, many_keys),
    TemplateCheck(KEY_ORDER, TABLES, key_order),
    TemplateCheck(UNUSED_ATTRIBUTE, TABLES, unused_attribute),
    TemplateCheck(UNDEFINED_ATTRIBUTE, TABLES, undefined_attribute),
    TemplateCheck(INDEX_NAME, TABLES, index_name),
    TemplateCheck(PROJECTION, TABLES, projection),
    TemplateCheck(LOCAL_KEY, TABLES, local_key),
    TemplateCheck(LOCAL_ALL, TABLES, local_all),
)
