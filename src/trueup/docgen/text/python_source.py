"""Values as Python source: what a program writes to have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ..._dataclass import dataclass
from ...model.declarations.fields import template_of
from .layout import WIDTH, Group, Text, laid_out

_STANDARD = ("datetime", "decimal", "uuid")
"""The modules of the standard library whose values have a source."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a program imports from a module."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """Source text, and the names that it uses."""

    text: Text
    names: frozenset[Name] = frozenset()


class Unwritable(Exception):
    """A value that has no source: of a type of the user, for example."""


def name_of(kind: type) -> Source:
    """A class, by the name under which its module has it."""
    outermost = kind.__qualname__.rpartition("<locals>.")[2]
    name = Name(kind.__module__, outermost.partition(".")[0])
    is_local = "<locals>" in kind.__qualname__
    return Source(outermost, frozenset() if is_local else frozenset({name}))


def call(of: type, arguments: Iterable[tuple[str, Source]]) -> Source:
    """A call with keyword arguments."""
    callee, given = name_of(of), list(arguments)
    parts = tuple((f"{name}=" if name else "", value.text) for name, value in given)
    names = callee.names | _names(value for _, value in given)
    return Source(Group(f"{callee.text}(", parts, ")"), names)


def source_of(value: Any) -> Source:
    """The source of a value. Raises Unwritable."""
    match value:
        case Enum() if value.name:
            kind = name_of(type(value))
            return Source(f"{kind.text}.{value.name}", kind.names)
        case str():
            return Source(quoted(value))
        case float() if not isfinite(value):
            return Source(f'float("{value}")')
        case bytes():
            return Source("b" + _requoted(repr(value)[1:]))
        case None | bool() | int() | float():
            return Source(repr(value))
        case dict():
            return _mapping(value)
        case list():
            return _elements(value, "[", "]")
        case tuple():
            return _elements(value, "(", ",)" if len(value) == 1 else ")")
        case set() | frozenset():
            return _elements(value, "{", "}") if value else Source("set()")
        case BaseModel():
            return constructor(value)
        case _:
            return _from_library(value)


def quoted(text: str) -> str:
    """A text between double quotes, unless it holds some."""
    return _requoted(repr(text) if text.isprintable() else ascii(text))


def _requoted(literal: str) -> str:
    """A literal between single quotes, between double quotes instead if it holds neither."""
    body = literal[1:-1]
    return literal if "'" in body or '"' in body else f'"{body}"'


def _mapping(value: Mapping[Any, Any]) -> Source:
    pairs = [(source_of(key), source_of(item)) for key, item in value.items()]
    parts = tuple((f"{laid_out(key.text)}: ", item.text) for key, item in pairs)
    return Source(Group("{", parts, "}"), _names(one for pair in pairs for one in pair))


def _elements(value: Iterable[Any], opening: str, closing: str) -> Source:
    elements = [source_of(item) for item in value]
    if isinstance(value, Set):
        elements.sort(key=lambda element: laid_out(element.text))
    texts = tuple(("", element.text) for element in elements)
    return Source(Group(opening, texts, closing), _names(elements))


def _names(sources: Iterable[Source]) -> frozenset[Name]:
    """All names that sources use."""
    return frozenset(name for source in sources for name in source.names)


def _from_library(value: Any) -> Source:
    match value:
        case Decimal():
            return Source(f'Decimal("{value}")', frozenset({Name("decimal", "Decimal")}))
        case UUID():
            return Source(f'UUID("{value}")', frozenset({Name("uuid", "UUID")}))
        case datetime() if value.tzinfo is UTC or value.utcoffset() == timedelta(0):
            return _of_time(value.astimezone(UTC), {"UTC", "datetime"}, "tzinfo=UTC")
        case date() if not isinstance(value, datetime):
            return _of_time(value, {"date"})
        case time() if value.tzinfo is None:
            return _of_time(value, {"time"})
        case timedelta():
            text = repr(value).removeprefix("datetime.")
            return Source(text, frozenset({Name("datetime", "timedelta")}))
        case _:
            raise Unwritable


def _of_time(value: date | time, names: set[str], *more: str) -> Source:
    parts = [str(getattr(value, name)) for name in ("year", "month", "day") if hasattr(value, name)]
    clock = [getattr(value, name, 0) for name in ("hour", "minute", "second", "microsecond")]
    while clock and not clock[-1]:
        clock.pop()
    text = f"{type(value).__name__}({', '.join([*parts, *map(str, clock), *more])})"
    return Source(text, frozenset(Name("datetime", name) for name in names))


def constructor(
    model: BaseModel, given: Mapping[str, Source] | None = None, without: Iterable[str] = ()
) -> Source:
    """The call that makes a model; composed fields are left out, as they make themselves.

    given: the source of some fields. without: fields that are left out.
    """
    known = given or {}
    fields = {
        name: known.get(name) or source_of(getattr(model, name))
        for name, field in type(model).model_fields.items()
        if not template_of(field) and name not in without
    }
    return call(type(model), fields.items())


def import_lines(names: Iterable[Name], modules: Iterable[str] = ()) -> list[str]:
    """The imports of names and of whole modules; those of the standard library come first."""
    by_module: dict[str, list[str]] = {}
    for name in sorted(names, key=_order):
        by_module.setdefault(name.module, []).append(name.name)
    standard = [_import_line(*one) for one in by_module.items() if one[0] in _STANDARD]
    others = [f"import {module}" for module in modules]
    others += [_import_line(*one) for one in by_module.items() if one[0] not in _STANDARD]
    between = [""] if standard and others else []
    return [*standard, *between, *others]


def _order(name: Name) -> tuple[object, ...]:
    """By module; within one, constants come first, then classes."""
    return name.module, not name.name.isupper(), not name.name[:1].isupper(), name.name


def _import_line(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n    ".join((f"from {module} import (", *(f"{name}," for name in names))) + "\n)"
