"""Declarations of Trueup in code: tables, functions, and the calls of repositories."""

from __future__ import annotations

import ast
import re

from ..uses import Declared, Keys, Site
from .findings import Findings
from .values import (
    AccessValue,
    Arguments,
    ClassValue,
    Constant,
    Items,
    Record,
    Repository,
    TableDeclaration,
    Text,
    Value,
    Values,
)

OPERATIONS = {
    "get": "get_item",
    "exists": "get_item",
    "get_many": "batch_get_item",
    "query": "query",
    "pattern": "query",
    "count": "query",
    "scan": "scan",
    "create": "put_item",
    "put": "put_item",
    "put_many": "batch_write_item",
    "update": "update_item",
    "update_or_create": "update_item",
    "delete": "delete_item",
    "delete_many": "batch_write_item",
    "check": "ConditionCheck",
}
"""What the methods of a repository send."""
CALLS = frozenset(OPERATIONS)


def layer_call(path: str, arguments: Arguments, site: Site, found: Findings) -> Values | None:
    """A call of a public name of Trueup; None if it is none."""
    match path:
        case "trueup.Table":
            return (found.declare(_table(arguments, site)),)
        case "trueup.Index":
            return (Record({"name": arguments.at(0, "name"), **arguments.named}),)
        case "trueup.name_from_environment":
            return arguments.at(1, "default")
        case "trueup.Function":
            _function(arguments, found)
            return ()
        case _:
            return None


def table_method(owner: TableDeclaration, name: str) -> Values:
    """`orders.pattern("x")`."""
    return (AccessValue(owner.declared.name, name),) if name in CALLS else ()


def repository_call(arguments: Arguments) -> Values:
    """`db.repository(orders)`."""
    return tuple(
        Repository(one.declared.name)
        for one in arguments.at(0)
        if isinstance(one, TableDeclaration)
    )


def _table(arguments: Arguments, site: Site) -> Declared:
    names = arguments.named.get("physical", ()) or arguments.at(0, "name")
    models = [one for one in arguments.at(1, "model") if isinstance(one, ClassValue)]
    style = _style(models[0]) if models else ""
    indexes = [
        (_text(one.entries["name"]), _keys(one.entries, style))
        for items in arguments.named.get("indexes", ())
        for member in (items.members if isinstance(items, Items) else ())
        for one in member
        if isinstance(one, Record)
    ]
    stream = any(isinstance(one, Text) for one in arguments.named.get("stream", ()))
    name = _text(names) or _text(arguments.at(0, "name"))
    return Declared(name, site, "trueup", _keys(arguments.named, style), tuple(indexes), stream)


def _keys(named: dict[str, Values], style: str) -> Keys | None:
    partition = _stored(_text(named.get("partition", ())), style)
    sort = named.get("sort", ())
    if not partition or (sort and not _text(sort) and not _is_none(sort)):
        return None
    return Keys(partition, _stored(_text(sort), style) or None)


def _is_none(values: Values) -> bool:
    return all(isinstance(one, Constant) and one.value is None for one in values)


def _style(model: ClassValue) -> str:
    for keyword in model.node.keywords:
        if keyword.arg == "names" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    bases = [base for base in model.bases if isinstance(base, ClassValue)]
    return _style(bases[0]) if bases else ""


def _stored(field: str, style: str) -> str:
    if style != "camelCase":
        return field
    return re.sub(r"_([a-z0-9])", lambda found: found.group(1).upper(), field)


def _function(arguments: Arguments, found: Findings) -> None:
    handler = _text(arguments.at(-1, "handler")) if "handler" in arguments.named else ""
    calls = frozenset(
        (access.table, access.call)
        for name in ("reads", "writes")
        for items in arguments.named.get(name, ())
        for member in (items.members if isinstance(items, Items) else ())
        for access in member
        if isinstance(access, AccessValue)
    )
    if handler:
        found.declared_handlers[handler] = calls


def _text(values: Values) -> str:
    found: list[Value] = [one for one in values if isinstance(one, Text)]
    return found[0].value if found and isinstance(found[0], Text) else ""
