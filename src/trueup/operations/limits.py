"""The limits in force, checked before anything is sent: the target's on every engine."""

from __future__ import annotations

from ..errors import Code, RequestError, UnsupportedByEngine, place
from ..expressions.values import Item, depth, item_size_bytes
from ..model.description import TableDescription
from .engine import Rules
from .requests import Key

_UTF8_BYTES = 4


def check_key(rules: Rules, table: TableDescription, key: Key) -> None:
    """Refuse a key attribute that is longer than the target allows."""
    limits = (rules.limits.partition_key_bytes, rules.limits.sort_key_bytes)
    for attribute, value, limit in zip(table.key, key, limits, strict=False):
        if limit is not None and isinstance(value, str | bytes) and _length(value, limit) > limit:
            raise RequestError(
                f"the key attribute {attribute.wire!r} is longer than {limit} bytes",
                code=Code.KEY_TOO_LONG,
                where=place(rules.engine, table=table.name, attribute=attribute.wire),
                fix="use a shorter key, for example a digest of a long text",
            )


def _length(value: str | bytes, limit: int) -> int:
    """Bytes; only counted exactly where the limit is near."""
    if isinstance(value, bytes) or len(value) * _UTF8_BYTES <= limit:
        return len(value)
    return len(value.encode())


def check_item(rules: Rules, table: TableDescription, item: Item, encoded_length: int) -> None:
    """Refuse an item that is larger or deeper than the target allows.

    encoded_length: of the engine's text form. That form is never shorter in characters than the
    item is large in bytes divided by four, so that small items need not be measured.
    """
    limits = rules.limits
    if limits.item_bytes is None or encoded_length * _UTF8_BYTES < limits.item_bytes:
        too_large = False
    else:
        too_large = item_size_bytes(item) > limits.item_bytes
    if too_large:
        raise RequestError(
            f"the item is larger than {limits.item_bytes} bytes",
            code=Code.ITEM_TOO_LARGE,
            where=place(rules.engine, table=table.name),
            fix="store large contents elsewhere, or spread them over several items",
        )
    if limits.depth is not None and _is_too_deep(item, limits.depth):
        raise RequestError(
            f"the item nests lists and maps deeper than {limits.depth} levels",
            code=Code.TOO_DEEP,
            where=place(rules.engine, table=table.name),
            fix="flatten it, or store the deep part as text",
        )


def _is_too_deep(item: Item, limit: int) -> bool:
    return any(
        depth(value) > limit
        for value in item.values()
        if type(value) is dict or type(value) is list
    )


def check_actions(rules: Rules, count: int) -> None:
    """Refuse a transaction of more actions than the target takes."""
    limit = rules.limits.transaction_actions
    if limit is not None and count > limit:
        raise RequestError(
            f"a transaction of {count} actions; at most {limit} are possible",
            code=Code.TOO_MANY_ACTIONS,
            where=rules.engine,
            fix="split it where it need not be atomic; Trueup never splits one silently",
        )


def check_declaration(rules: Rules, table: TableDescription) -> None:
    """Refuse a table that the target cannot hold."""
    local = [index for index in table.indexes.values() if index.local]
    counts = (
        ("indexes", len(table.indexes) - len(local), rules.limits.indexes),
        ("local indexes", len(local), rules.limits.local_indexes),
    )
    for what, count, limit in counts:
        if limit is not None and count > limit:
            raise UnsupportedByEngine(
                f"the table has {count} {what}; {rules.engine} has at most {limit}",
                where=place(rules.engine, table=table.name),
                fix="drop indexes that no access pattern needs, or split the table",
            )
