"""Texts, dicts and lists: how they are joined, merged and changed by methods."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..uses import Site
from .values import (
    HOLE,
    Arguments,
    Constant,
    Hole,
    Items,
    Record,
    Text,
    Value,
    Values,
    united,
)

LONGEST = 4_000
MOST_MEMBERS = 256
MOST_HOLES = 24
"""What grows beyond these is not known, so that a loop that builds a text ends."""
_FIELD = re.compile(r"\{(\w*)[^{}]*\}")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0-9.]*[sdrf]")
_PLAIN = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")
"""Fields that a value fills as it is, without a width, a fill or a precision."""


def constant(value: object) -> Values:
    """A literal of the code."""
    if isinstance(value, str):
        return (Text(value.replace(HOLE, "")),)
    if isinstance(value, bool | int | float) or value is None:
        return (Constant(value),)
    return ()


def text_of(value: Value, site: Site) -> Text:
    """A value as a part of a text."""
    match value:
        case Text():
            return value
        case Constant(constant) if constant is not None and not isinstance(constant, bool):
            return Text(str(constant))
        case Hole():
            return Text(HOLE, (value,))
        case _:
            return Text(HOLE, (Hole("unresolved", "", site),))


def concatenated(left: Values, right: Values, site: Site) -> Values:
    """Each text with each other after it."""
    pairs = (
        (text_of(ours, site), text_of(theirs, site)) for ours in left[:6] for theirs in right[:6]
    )
    return united(
        Text(ours.value + theirs.value, ours.holes + theirs.holes)
        for ours, theirs in pairs
        if len(ours.value) + len(theirs.value) <= LONGEST and len(ours.holes) <= MOST_HOLES
    )


def formatted(templates: Values, arguments: Arguments, site: Site) -> Values:
    """`"…{}…{name}".format(…)`."""
    return united(
        _filled(one, _FIELD, _fields(one, _FIELD, arguments), site)
        for one in templates
        if isinstance(one, Text)
    )


def percent_formatted(templates: Values, values: Values, site: Site) -> Values:
    """`"…%s…" % values`."""
    arguments = Arguments([values], {})
    for value in values:
        if isinstance(value, Items):
            arguments = Arguments(value.members, {})
        elif isinstance(value, Record):
            arguments = Arguments([], value.entries)
    return united(
        _filled(one, _PERCENT, _fields(one, _PERCENT, arguments), site)
        for one in templates
        if isinstance(one, Text)
    )


def _fields(template: Text, field: re.Pattern[str], arguments: Arguments) -> Iterator[Values]:
    for position, found in enumerate(field.finditer(template.value)):
        name = found.group(1) or ""
        yield arguments.at(int(name) if name.isdigit() else position, *([name] if name else []))


def _filled(template: Text, field: re.Pattern[str], fields: Iterator[Values], site: Site) -> Text:
    value, end = "", 0
    holes: tuple[Hole, ...] = ()
    rest = template.holes
    for found, values in zip(field.finditer(template.value), fields, strict=True):
        fixed = template.value[end : found.start()]
        own, rest = rest[: fixed.count(HOLE)], rest[fixed.count(HOLE) :]
        is_known = len(values) == 1 and _PLAIN.fullmatch(found.group())
        part = text_of(values[0] if is_known else _unknown(values, site), site)
        value, holes, end = value + fixed + part.value, (*holes, *own, *part.holes), found.end()
    return Text(value + template.value[end:], (*holes, *rest))


def _unknown(values: Values, site: Site) -> Hole:
    holes = [one for one in values if isinstance(one, Hole)]
    return holes[0] if holes else Hole("unresolved", "", site)


def merged(left: Values, right: Values) -> Values:
    """`a | b` of dicts."""
    records = [one for one in (*left, *right) if isinstance(one, Record)]
    if not records:
        return ()
    result = Record()
    for values in (left, right):
        spread(result, values)
    return (result,)


def spread(record: Record, values: Values) -> None:
    """Take over the entries of what `**values` may be."""
    inner = [one for one in values if isinstance(one, Record)]
    for one in inner:
        for key, found in one.entries.items():
            before = record.entries.get(key, ()) if len(inner) > 1 else ()
            record.entries[key] = united(before, found)
        record.computed += one.computed
    others = [one for one in values if not isinstance(one, Record | Constant)]
    record.is_whole &= not others and all(one.is_whole for one in inner)


def set_entries(record: Record, keys: Values, values: Values) -> None:
    """`record[key] = values`: the values that it had are possible as well."""
    plain = [one.value for one in keys if isinstance(one, Text) and not one.holes]
    if not plain:
        record.is_whole = False
        record.computed += keys
    for key in plain:
        record.entries[key] = united(record.entries.get(key, ()), values)


def member(items: Items, keys: Values) -> Values:
    """`items[0]`, or what any of them may be."""
    for key in keys:
        if isinstance(key, Constant) and isinstance(key.value, int):
            within = -len(items.members) <= key.value < len(items.members)
            return items.members[key.value] if within else ()
    return united(*items.members)


def method_of_value(
    owner: Text | Items | Record, name: str, arguments: Arguments, site: Site
) -> Values:
    """What a method of a text, list or dict returns, and what it changes."""
    match owner:
        case Text():
            return _of_text(owner, name, arguments, site)
        case Items():
            return _of_items(owner, name, arguments)
        case Record():
            return _of_record(owner, name, arguments)


def _of_text(owner: Text, name: str, arguments: Arguments, site: Site) -> Values:
    match name:
        case "format":
            return formatted((owner,), arguments, site)
        case "strip" | "rstrip" | "lstrip" | "trim" | "toString":
            return (owner,)
        case "lower" | "upper" | "title" if not owner.holes:
            return (Text(str(getattr(owner.value, name)())),)
        case "toLowerCase" | "toUpperCase" if not owner.holes:
            made = owner.value.lower() if name == "toLowerCase" else owner.value.upper()
            return (Text(made),)
        case "join":
            lists = [one for one in arguments.at(0) if isinstance(one, Items)]
            return united(*(_joined(owner, one, site) for one in lists))
        case _:
            return ()


def _joined(separator: Text, items: Items, site: Site) -> Values:
    if not items.is_whole or not 0 < len(items.members) <= MOST_HOLES:
        return ()
    result = items.members[0]
    for other in items.members[1:]:
        result = concatenated(concatenated(result, (separator,), site), other, site)
    return result


def _of_items(owner: Items, name: str, arguments: Arguments) -> Values:
    match name:
        case "append" | "add" | "push":
            if len(owner.members) < MOST_MEMBERS:
                owner.members.append(arguments.at(0))
        case "extend":
            for one in arguments.at(0):
                owner.members += one.members[:] if isinstance(one, Items) else []
                del owner.members[MOST_MEMBERS:]
                owner.is_whole &= isinstance(one, Items) and one.is_whole
        case "pop":
            return united(*owner.members)
        case "copy":
            return (Items(list(owner.members), owner.is_whole),)
        case _:
            pass
    return (Constant(None),)


def _of_record(owner: Record, name: str, arguments: Arguments) -> Values:
    keys = [one.value for one in arguments.at(0) if isinstance(one, Text) and not one.holes]
    match name:
        case "get" | "pop":
            found = united(*(owner.entries.get(key, ()) for key in keys))
            if found or owner.is_whole:
                return found or arguments.at(1) or (Constant(None),)
            return arguments.at(1)
        case "setdefault":
            set_entries(owner, arguments.at(0), arguments.at(1))
            return united(*(owner.entries.get(key, ()) for key in keys))
        case "update":
            spread(owner, arguments.at(0))
            for key, values in arguments.named.items():
                owner.entries[key] = values
            return (Constant(None),)
        case "copy":
            return (Record(dict(owner.entries), owner.is_whole),)
        case "items":
            pairs: list[Values] = [
                (Items([(Text(key),), values]),) for key, values in owner.entries.items()
            ]
            return (Items(pairs, owner.is_whole),)
        case "values":
            return (Items(list(owner.entries.values()), owner.is_whole),)
        case "keys":
            return (Items([(Text(key),) for key in owner.entries], owner.is_whole),)
        case _:
            return ()
