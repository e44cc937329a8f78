"""Tables, triggers and permissions of CDK, as Python and TypeScript declare them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..uses import Declared, Keys, Site
from .findings import Findings
from .values import Arguments, Constant, Items, Record, TableDeclaration, Text, Values

_TABLES = ("aws_dynamodb.Table", "aws_dynamodb.TableV2", "aws_dynamodb.CfnTable", "CfnGlobalTable")
_ADDS_INDEX = frozenset({"add_global_secondary_index", "add_local_secondary_index"})
_IMPORTS = frozenset({"from_table_name", "from_table_arn", "from_table_attributes"})
GRANTS = {
    "grant_read_data": "dynamodb:ConditionCheckItem",
    "grant_read_write_data": "dynamodb:ConditionCheckItem",
    "grant_full_access": "dynamodb:*",
    "grant_write_data": "dynamodb:PutItem",
}
"""What tells a grant of CDK apart.
Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_dynamodb.Table.html
"""


def snake(name: str) -> str:
    """`addGlobalSecondaryIndex` as Python's CDK calls it."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def cdk_call(path: str, arguments: Arguments, site: Site, found: Findings) -> Values | None:
    """A call of a name of CDK; None if it is none."""
    if path.endswith(_TABLES):
        return (found.declare(_declared(_properties(arguments), site)),)
    owner, _, method = path.rpartition(".")
    if owner.endswith(_TABLES) and snake(method) in _IMPORTS:
        return tuple(found.declare(one) for one in _imported(arguments, site))
    if path.endswith("DynamoEventSource"):
        _trigger(arguments, site, found)
        return ()
    if path.endswith("PolicyStatement"):
        _permit(_properties(arguments).get("actions", ()), site, found)
        return ()
    if path.startswith("aws_cdk") and arguments.named and not arguments.positional:
        return (Record(dict(arguments.named), arguments.is_whole),)
    return None


def cdk_method(
    owner: TableDeclaration, name: str, arguments: Arguments, site: Site, found: Findings
) -> Values:
    """A method of a table: another index, or a grant."""
    method = snake(name)
    if method in _ADDS_INDEX:
        index = tuple(_index(_properties(arguments)))
        if owner.declared.indexes is not None:
            indexes = (*owner.declared.indexes, *index) if index else None
            owner.declared = replace(owner.declared, indexes=indexes)
    elif method in GRANTS:
        found.permissions[site] = frozenset({GRANTS[method]})
    elif method == "grant":
        actions = (one for values in arguments.positional[1:] for one in values)
        found.permissions[site] = frozenset(one.value for one in actions if isinstance(one, Text))
    return ()


def _properties(arguments: Arguments) -> Mapping[str, Values]:
    """The named arguments of Python, or the object that TypeScript passes last."""
    found = {snake(name): values for name, values in arguments.named.items()}
    for value in arguments.positional[-1] if arguments.positional else ():
        if isinstance(value, Record):
            found |= {snake(name): values for name, values in value.entries.items()}
    return found


def _declared(properties: Mapping[str, Values], site: Site) -> Declared:
    keys = _keys(properties)
    indexes = [
        index
        for kind in ("global_secondary_indexes", "local_secondary_indexes")
        for record in _records(properties.get(kind, ()))
        for index in _index(record)
    ]
    streams = ("stream", "dynamo_stream", "stream_specification", "kinesis_stream", "replicas")
    stream = any(_is_given(properties.get(name, ())) for name in streams)
    return Declared(
        _text(properties.get("table_name", ())), site, "cdk", keys, tuple(indexes), stream
    )


def _imported(arguments: Arguments, site: Site) -> Iterator[Declared]:
    """Tables of another stack: their keys and indexes are not known here."""
    for value in arguments.positional[-1] if arguments.positional else ():
        if isinstance(value, Text):
            name = value.value.rpartition("table/")[2]
            yield Declared(name, site, "cdk", None, None, None)


def _index(properties: Mapping[str, Values]) -> Iterator[tuple[str, Keys | None]]:
    name = _text(properties.get("index_name", ()))
    if name:
        yield name, _keys(properties)


def _keys(properties: Mapping[str, Values]) -> Keys | None:
    partition = _attribute(properties.get("partition_key", ()))
    if partition:
        return Keys(partition, _attribute(properties.get("sort_key", ())) or None)
    names = {
        _text(record.get("key_type", ())): _text(record.get("attribute_name", ()))
        for record in _records(properties.get("key_schema", ()))
    }
    return Keys(names["HASH"], names.get("RANGE")) if names.get("HASH") else None


def _attribute(values: Values) -> str:
    """The name of `{ name: 'x', type: … }`."""
    found = [_text(one.entries.get("name", ())) for one in values if isinstance(one, Record)]
    return found[0] if len(set(found)) == 1 else ""


def _records(values: Values) -> Iterator[Mapping[str, Values]]:
    for items in values:
        for member in items.members if isinstance(items, Items) else ():
            for record in member:
                if isinstance(record, Record):
                    yield {snake(name): one for name, one in record.entries.items()}


def _text(values: Values) -> str:
    found = {one.value for one in values if isinstance(one, Text)}
    return found.pop() if len(found) == 1 else ""


def _is_given(values: Values) -> bool:
    return any(not (isinstance(one, Constant) and not one.value) for one in values)


def _trigger(arguments: Arguments, site: Site, found: Findings) -> None:
    for value in arguments.at(0):
        if isinstance(value, TableDeclaration):
            found.stream_sources[site] = value


def _permit(actions: Values, site: Site, found: Findings) -> None:
    named = frozenset(
        text.value
        for items in actions
        for member in (items.members if isinstance(items, Items) else ())
        for text in member
        if isinstance(text, Text)
    )
    if any(one.startswith(("dynamodb:", "*")) for one in named):
        found.permissions[site] = named
