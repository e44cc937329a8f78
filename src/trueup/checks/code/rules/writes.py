"""Writes and batches: what is not safe to send twice, and what a batch leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...problem import Problem
from ...rule import Rule
from ..uses import Site, Use
from .catalogue import CREATE, RETRIES, UNPROCESSED, UNREAD_KEYS
from .tables import shown

_CREATES = re.compile(r"(^|_)(create|register|insert|add)(_|$)|^(create|register)[A-Z]")
_OF_TABLES = re.compile(r"table|index|client|session")


def write_problems(use: Use) -> Iterator[Problem]:
    """What is wrong with a write or a batch."""
    if use.operation in ("put_item", "Put") and (found := _creating(use)) is not None:
        name, place = found
        what = f"{name} puts into {_table(use)} without a condition"
        yield CREATE.problem(what, file=place.file, line=place.line, of=_table(use))
    if use.operation == "batch_write_item" and _is_sent(use) and "unprocessed" not in use.guards:
        yield _at(use, UNPROCESSED, "UnprocessedItems of batch_write_item are not read")
    if use.operation == "batch_get_item" and _is_sent(use) and "unprocessed" not in use.guards:
        yield _at(use, UNREAD_KEYS, "UnprocessedKeys of batch_get_item are not read")
    if "retry" in use.guards:
        yield _at(use, RETRIES, f"retries stand around {use.operation}")


def _at(use: Use, rule: Rule, what: str) -> Problem:
    return rule.problem(what, file=use.site.file, line=use.site.line)


def _table(use: Use) -> str:
    return shown(use.table) if isinstance(use.table, str) else "a table"


def _creating(use: Use) -> tuple[str, Site] | None:
    """The function that creates, and its line that does, unless there is a condition."""
    if "ConditionExpression" in use.arguments or "Expected" in use.arguments or not use.is_whole:
        return None
    if use.via in ("trueup", "batch_writer", "batch_write_item"):
        return None
    places = [*use.callers, use.site][-len(use.functions) :] if use.functions else []
    for name, place in zip(use.functions, places, strict=False):
        if _CREATES.search(name) and not _OF_TABLES.search(name):
            return name, place
    return None


def _is_sent(use: Use) -> bool:
    """Whether the code itself sends the batch, rather than a batch writer for it."""
    return use.via in ("", use.operation)
