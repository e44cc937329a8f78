"""The public options: what callers may leave out, read from the signatures of the public names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints, is_typeddict

import trueup
from trueup.repository.options import GetOptions, QueryOptions, ScanOptions

HANDLES = ("Batch", "Database", "Repository", "RequestPreview", "Results", "Transaction")
# What callers are given, and do not make.
NOT_CALLED = {
    "BatchResult",
    "Collection",
    "DeletedItems",
    "ErrorCategory",
    "ErrorCode",
    "ItemOutcome",
    "Page",
    "Place",
    "RequestEvent",
    "RequestFinished",
    "RequestRetried",
    "RequestStarted",
    "Rows",
    "Unreadable",
    "WriteResult",
}
# Methods that take what a TypedDict names beside a projection, which only overloads can say.
UNPACKED: dict[str, type] = {
    "get": GetOptions,
    "get_many": GetOptions,
    "require": GetOptions,
    "query": QueryOptions,
    "scan": ScanOptions,
}


def public_options() -> Iterator[str]:
    """Every option as `Repository.query.limit`; asynchronous twins are left out."""
    for name in trueup.__all__:
        value = getattr(trueup, name)
        is_error = inspect.isclass(value) and issubclass(value, Exception)
        if is_error or name in NOT_CALLED or name.startswith("Async") or name.endswith("_async"):
            continue
        if name in HANDLES:
            for method, function in inspect.getmembers(value, inspect.isfunction):
                if not method.startswith("_"):
                    yield from _options(function, f"{name}.{method}")
        elif callable(value) and not get_args(value):
            yield from _options(value, name)


def _options(function: Callable[..., Any], name: str) -> Iterator[str]:
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            yield from (f"{name}.{option}" for option in _unpacked(function, name))
        elif parameter.default is not parameter.empty:
            yield f"{name}.{parameter.name}"


def _unpacked(function: Callable[..., Any], name: str) -> list[str]:
    method = name.rpartition(".")[2]
    if name.startswith("Transaction.") and method in (*UNPACKED, "exists"):
        return []  # refused, whatever is given: a write set does not read
    if method in UNPACKED and not name.startswith(("Database.", "DatabasePreview.")):
        unreadable = [] if method == "require" else ["on_unreadable"]
        return [*get_type_hints(UNPACKED[method]), "projection", *unreadable]
    hint = get_type_hints(function).get("options")
    unpacked = [one for one in get_args(hint) if is_typeddict(one)]
    return [option for one in unpacked for option in get_type_hints(one)]
