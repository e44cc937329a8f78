"""The limits in force, checked before anything is sent: the target's on every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from ...expressions.condition import Condition, In, children, paths
from ...expressions.key_condition import SortCondition, SortOp
from ...expressions.update import Change
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
    """Bytes; only counted exactly where the limit is near."""
    if isinstance(value, bytes) or len(value) * _UTF8_BYTES <= limit:
        return len(value)
    return len(value.encode())


def check_item(
    rules: Rules, table: TableDescription, item: Item, *, length: int, levels: int
) -> None:
    """Refuse an item that is larger or deeper, or has longer index keys, than the target allows.

    length: of the item as JSON, in characters or bytes, or of more than that: at least a quarter
        of the item's size in bytes. levels: the lists and maps that are opened in it, or more.
        With both, few items need be measured.
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
    if limits.depth is not None and levels > limits.depth and _is_too_deep(item, limits.depth):
        raise InvalidCall(
            f"the item nests lists and maps deeper than the {limits.depth} levels of {rules.whose}",
            code=ErrorCode.TOO_DEEP,
            where=Place(rules.engine, table=table.name),
            fix="flatten it, or store the deep part as text",
        )


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
        raise InvalidCall(
            f"the transaction has {count} actions; {rules.whose} takes at most {limit}",
            code=ErrorCode.TOO_MANY_ACTIONS,
            where=Place(rules.engine),
            fix="split it where it need not be atomic; Trueup never splits one silently",
        )


def check_condition(rules: Rules, table: TableDescription, condition: Condition) -> None:
    """Refuse a condition that the target cannot ask, or an `is_in` of more values than it takes."""
    for part in children(condition):
        check_condition(rules, table, part)
    _check_said(rules, table, type(condition), rules.capabilities.conditions)
    limit = rules.limits.in_values
    if limit is not None and isinstance(condition, In) and len(condition.values) > limit:
        read = next(paths(condition), None)
        raise InvalidCall(
            f"is_in() has {len(condition.values)} values; {rules.whose} takes at most {limit}",
            code=ErrorCode.INVALID_EXPRESSION,
            where=Place(rules.engine, table=table.name, attribute=str(read or "")),
            fix="split the condition",
        )


def check_changes(rules: Rules, table: TableDescription, changes: Sequence[Change]) -> None:
    """Refuse a change that the target cannot make."""
    for change in changes:
        _check_said(rules, table, type(change), rules.capabilities.changes)


def check_sort(rules: Rules, table: TableDescription, sort: Sequence[SortCondition]) -> None:
    """Refuse a condition on a sort key that the target cannot answer in order of the key."""
    for condition in sort:
        _check_said(rules, table, condition.op, rules.capabilities.sort_operators)


def _check_said(
    rules: Rules, table: TableDescription, said: type | SortOp, known: frozenset[Any]
) -> None:
    if said not in known:
        name = said.value if isinstance(said, SortOp) else said.__name__
        raise UnsupportedByEngine(
            f"{rules.whose} has no {name} in an expression",
            where=Place(rules.engine, table=table.name),
            fix="say it with other conditions or changes, or decide in the program",
        )


def declaration_problems(rules: Rules, table: TableDescription) -> Iterator[str]:
    """Why the target cannot hold a table: the limits that its declaration exceeds."""
    limits = rules.limits
    local = [index for index in table.indexes.values() if index.local]
    counts = [
        ("the table", "indexes", len(table.indexes) - len(local), limits.indexes),
        ("the table", "local indexes", len(local), limits.local_indexes),
    ]
    for index in table.indexes.values():
        name, most = f"index {index.name!r}", limits.index_attributes
        counts.append((name, "partition fields", len(index.partition), most))
        counts.append((name, "sort fields", len(index.sort), most))
    for what, parts, count, limit in counts:
        if limit is not None and count > limit:
            yield f"{what} has {count} {parts}; {rules.whose} has at most {limit}"
