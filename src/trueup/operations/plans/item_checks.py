"""Checks of items and keys before anything is sent; the target's limits hold on every engine."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions.values import Item, PlainValue, depth, is_text, item_size_bytes
from ...model.description.tables import KeyAttribute, TableDescription
from ..actions import Key
from ..engine import Rules

_UTF8_BYTES = 4


def check_key(rules: Rules, table: TableDescription, key: Key) -> None:
    """Refuse a key attribute that is longer than the target allows."""
    limits = rules.limits
    _check_length(rules, table, table.partition, key[0], limits.partition_key_bytes)
    if table.sort is not None:
        _check_length(rules, table, table.sort, key[1], limits.sort_key_bytes)


def _check_index_keys(rules: Rules, table: TableDescription, item: Item) -> None:
    """Refuse an item with a key attribute of an index that is longer than the target allows."""
    limits = rules.limits
    for index in table.indexes.values():
        for attribute in index.physical_partition:
            value = item.get(attribute.attribute)
            _check_length(rules, table, attribute, value, limits.partition_key_bytes)
        for attribute in index.sort:
            _check_length(
                rules, table, attribute, item.get(attribute.attribute), limits.sort_key_bytes
            )


def _check_length(
    rules: Rules, table: TableDescription, attribute: KeyAttribute, value: object, limit: int | None
) -> None:
    if type(value) is str and (limit is None or len(value) * _UTF8_BYTES <= limit):
        return
    if limit is not None and isinstance(value, str | bytes) and _length(value, limit) > limit:
        raise InvalidCall(
            f"the key attribute {attribute.attribute!r} is longer than the {limit} bytes of "
            f"{rules.whose}",
            code=ErrorCode.KEY_TOO_LONG,
            where=Place(rules.engine, table=table.name, attribute=attribute.attribute),
            fix="use a shorter key, for example a digest of a long text",
        )


def _length(value: str | bytes, limit: int) -> int:
    """The length in bytes, counted exactly only if the limit is near."""
    if isinstance(value, bytes) or len(value) * _UTF8_BYTES <= limit:
        return len(value)
    return len(value.encode())


def check_item(
    rules: Rules, table: TableDescription, item: Item, *, length: int, levels: int, unnamed: bool
) -> None:
    """Refuse an item that exceeds the target's size, depth, length of index keys or names in maps.

    length: an upper bound of the item's JSON, in characters or bytes; it is at least a quarter of
        the item's size in bytes. levels: an upper bound of the lists and maps opened in the item.
        unnamed: whether a map's key may be empty. With these, few items need to be measured.
    """
    limits = rules.limits
    if limits.item_bytes is None or length * _UTF8_BYTES < limits.item_bytes:
        too_large = False
    else:
        too_large = item_size_bytes(item) > limits.item_bytes
    if too_large:
        raise InvalidCall(
            f"the item is larger than the {limits.item_bytes} bytes of {rules.whose}",
            code=ErrorCode.ITEM_TOO_LARGE,
            where=Place(rules.engine, table=table.name),
            fix="store large contents elsewhere, or spread them over several items",
        )
    if limits.sort_key_bytes is not None and length * _UTF8_BYTES > limits.sort_key_bytes:
        _check_index_keys(rules, table, item)
    is_deep = limits.depth is not None and levels > limits.depth
    is_long = limits.name_bytes is not None and length * _UTF8_BYTES > limits.name_bytes
    if is_deep or is_long or unnamed:
        where = Place(rules.engine, table=table.name)
        for name, value in item.items():
            check_name(rules, where, name)
            if isinstance(value, dict | list):
                check_value(rules, where.within(name), value)


def check_value(rules: Rules, where: Place, value: object) -> None:
    """Refuse a plain value that nests too deep, or has names in maps that the target does not
    support. where: its attribute."""
    if not isinstance(value, dict | list):
        return  # a scalar, or a set of scalars
    limit = rules.limits.depth
    if limit is not None and depth(value) > limit:
        raise InvalidCall(
            f"a value nests lists and maps deeper than the {limit} levels of {rules.whose}",
            code=ErrorCode.TOO_DEEP,
            where=where,
            fix="flatten it, or store the deep part as text",
        )
    for name in _names_in(value):
        check_name(rules, where, name)


def check_name(rules: Rules, where: Place, name: str) -> None:
    """Refuse an attribute name, or a map's key, that the target does not support."""
    if not name and not rules.capabilities.empty_names:
        raise InvalidCall(
            f"a key of a map is empty, which {rules.whose} does not take",
            code=ErrorCode.INVALID_VALUE,
            where=where,
            fix="give each key at least one character, or store a list of pairs",
        )
    limit = rules.limits.name_bytes
    if limit is not None and len(name) * _UTF8_BYTES > limit and len(name.encode()) > limit:
        raise InvalidCall(
            f"a name or a key of a map is longer than the {limit} bytes of {rules.whose}",
            code=ErrorCode.INVALID_VALUE,
            where=where,
            fix="use short names, and store long texts as values",
        )


def _names_in(value: PlainValue) -> Iterator[str]:
    """The keys of every map in a value, which nests no deeper than `check_value` or JSON allows."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            yield from current
            waiting += current.values()
        elif isinstance(current, list):
            waiting += current


def check_texts(rules: Rules, table: TableDescription, item: Item) -> None:
    """Refuse text that UTF-8 cannot encode, in a value or in the key of a map."""
    for name, value in item.items():
        if not is_text(name) or not _holds_text(value):
            raise InvalidCall(
                "a text holds half of a surrogate pair and cannot be written as UTF-8",
                code=ErrorCode.INVALID_TEXT,
                where=Place(
                    rules.engine, table=table.name, attribute=name if is_text(name) else ""
                ),
                fix="decode the text with errors='replace', or join the halves",
            )


def _holds_text(value: PlainValue) -> bool:
    match value:
        case str():
            return is_text(value)
        case dict():
            return all(is_text(key) and _holds_text(inner) for key, inner in value.items())
        case list() | set() | frozenset():
            return all(_holds_text(element) for element in value)
        case _:
            return True
