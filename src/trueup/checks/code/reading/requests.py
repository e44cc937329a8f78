"""Arguments of requests: keys, expressions, indexes, and what batches and transactions hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ....schema.facts import Unknown
from ..uses import Expression, Keys
from .texts import expression_of
from .values import Arguments, Hole, Items, Record, Text, Value, Values

TEXTS = (
    "KeyConditionExpression",
    "ConditionExpression",
    "FilterExpression",
    "UpdateExpression",
    "ProjectionExpression",
)


def why(hole: Hole) -> str:
    """What a value that is not known depends on, in words."""
    match hole.origin:
        case "environment":
            return f"the variable {hole.name} without a default"
        case "parameter":
            return f"the parameter {hole.name}"
        case _:
            return f"the value of {hole.name}" if hole.name else "a value that was not followed"


def index_of(arguments: Arguments) -> str | Unknown | None:
    """The index that a request names; None if it is the table."""
    for value in arguments.named.get("IndexName", ()):
        if isinstance(value, Text):
            return Unknown("it is built at run time") if value.holes else value.value
        if isinstance(value, Hole):
            return Unknown(why(value))
    return None


def expressions_of(arguments: Arguments) -> Iterator[tuple[str, Expression]]:
    """The expressions of a request, each with its argument."""
    names = arguments.named.get("ExpressionAttributeNames", ())
    for argument in TEXTS:
        found = expression_of(argument, arguments.named.get(argument, ()), names)
        if found is not None:
            yield argument, found


def written_by(arguments: Arguments) -> tuple[str, ...] | None:
    """The attributes of Item or Key, if all of them are known."""
    records = [
        one
        for name in ("Item", "Key")
        for one in arguments.named.get(name, ())
        if isinstance(one, Record)
    ]
    if not records or not all(one.is_whole for one in records):
        return None
    return tuple(dict.fromkeys(key for one in records for key in one.entries))


def of_transaction(
    values: Values,
) -> Iterator[tuple[str, tuple[Text | Hole, ...], Arguments]]:
    """The members of a transaction: what each does, to which table, how."""
    for items in values:
        for member in items.members if isinstance(items, Items) else ():
            for record in member:
                for kind, bodies in record.entries.items() if isinstance(record, Record) else ():
                    for body in bodies:
                        if isinstance(body, Record):
                            inner = Arguments([], body.entries, body.is_whole)
                            yield kind, _texts(body.entries.get("TableName", ())), inner


def of_batch(
    operation: str, values: Values
) -> Iterator[tuple[str, tuple[Text | Hole, ...], Arguments]]:
    """The tables of a batch."""
    for record in values:
        if isinstance(record, Record):
            keys = (*(Text(key) for key in record.entries), *record.computed)
            for key in keys:
                yield operation, _texts((key,)), Arguments([], {}, is_whole=False)


def _texts(values: Values) -> tuple[Text | Hole, ...]:
    return tuple(one for one in values if isinstance(one, Text | Hole))


def statements_in(arguments: Arguments) -> Iterator[Value]:
    """The statements of PartiQL that a request holds."""
    yield from arguments.named.get("Statement", ())
    for name in ("Statements", "TransactStatements"):
        for items in arguments.named.get(name, ()):
            for member in items.members if isinstance(items, Items) else ():
                for record in member:
                    if isinstance(record, Record):
                        yield from record.entries.get("Statement", ())


def keys_of(values: Values) -> Keys | None:
    """A KeySchema; None if it is not known."""
    names: dict[str, str] = {}
    for items in values:
        for member in items.members if isinstance(items, Items) else ():
            for record in member:
                entries: Mapping[str, Values] = record.entries if isinstance(record, Record) else {}
                name, kind = _plain(entries, "AttributeName"), _plain(entries, "KeyType")
                if name and kind:
                    names[kind] = name
    return Keys(names["HASH"], names.get("RANGE")) if "HASH" in names else None


def _plain(entries: Mapping[str, Values], key: str) -> str:
    found = [one.value for one in entries.get(key, ()) if isinstance(one, Text) and not one.holes]
    return found[0] if len(found) == 1 else ""


def indexes_of(arguments: Arguments) -> Iterator[tuple[str, Keys | None]]:
    """The indexes that a creation of a table names."""
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for items in arguments.named.get(kind, ()):
            for member in items.members if isinstance(items, Items) else ():
                for record in member:
                    if isinstance(record, Record) and (name := _plain(record.entries, "IndexName")):
                        yield name, keys_of(record.entries.get("KeySchema", ()))
