"""What is wrong in declared functions, each by itself and beside the others of its layer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..._kinds import field_misfits
from .access import READS, WRITES, Access
from .functions import ChangesOf, Function
from .table import Table

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_WORD = r"[A-Za-z_]\w*"
_HANDLER = re.compile(rf"{_WORD}(\.{_WORD})*:{_WORD}", re.ASCII)

LONGEST_TIMEOUT_S = 900
MEMORY_MB = (128, 10_240)
ENVIRONMENT_BYTES = 4096
MOST_CONSUMERS = 2
"""Of the shards of a stream.
Sources:
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""
_VARIABLE = re.compile(r"[A-Za-z]\w+", re.ASCII)
_RESERVED = ("AWS_", "LAMBDA_", "TRUEUP_TABLE_", "TRUEUP_STAGE")
"""What AWS sets by itself, or the template does.
Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


def functions_problems(
    functions: Sequence[Function], tables: Sequence[Table[Any]]
) -> Iterator[str]:
    """The problems of a layer's functions, each with file and line. tables: those of the layer."""
    seen: dict[str, Function] = {}
    consumers: Counter[str] = Counter()
    for function in functions:
        place = f"{function.declared_at}: function {function.name!r}"
        problems = list(function_problems(function, tables))
        yield from (f"{place}: {problem}" for problem in problems)
        if problems:
            continue
        other = seen.setdefault(re.sub(r"[_-]", "", function.name).lower(), function)
        if other.name == function.name and other is not function:
            yield f"{place} is already declared at {other.declared_at}"
        elif other is not function:
            yield f"{place}: its name is too like {other.name!r}, declared at {other.declared_at}"
        if function.changes is not None:
            consumers[function.changes.table.name] += 1
            if consumers[function.changes.table.name] == MOST_CONSUMERS + 1:
                yield (
                    f"{place}: stream=: more than {MOST_CONSUMERS} functions would read the stream "
                    f"of the table {function.changes.table.name!r} at once; let one call the others"
                )


def function_problems(function: Function, tables: Sequence[Table[Any]]) -> Iterator[str]:
    """What is wrong in one declaration."""
    kinds = list(field_misfits(function))
    yield from kinds or _problems(function, tables)


def _problems(function: Function, tables: Sequence[Table[Any]]) -> Iterator[str]:
    yield from _settings_problems(function)
    yield from _environment_problems(function)
    for given, known, where in (
        (function.reads, READS, "reads"),
        (function.writes, WRITES, "writes"),
    ):
        yield from (
            f"{where}=: {one} is not one of {', '.join(known)}"
            for one in given
            if one.call not in known
        )
    for access in function.accesses:
        yield from _access_problems(access, tables)
    yield from _confined_problems(function)
    if function.changes is not None:
        yield from _stream_problems(function.changes, tables)


def _settings_problems(function: Function) -> Iterator[str]:
    if not _NAME.fullmatch(function.name):
        yield f"the name {function.name!r} is not a letter and up to 63 letters, digits, - and _"
    if not _HANDLER.fullmatch(function.handler):
        yield f"handler={function.handler!r} is not a callable in a module: app.handlers:enrich"
    if not 1 <= function.timeout_s <= LONGEST_TIMEOUT_S:
        yield f"timeout_s={function.timeout_s} is not 1 to {LONGEST_TIMEOUT_S} seconds"
    if not MEMORY_MB[0] <= function.memory_mb <= MEMORY_MB[1]:
        yield f"memory_mb={function.memory_mb} is not {MEMORY_MB[0]} to {MEMORY_MB[1]}"
    if function.concurrent is not None and function.concurrent < 1:
        yield f"concurrent={function.concurrent} is less than 1, so that nothing would run"
    if function.log_days not in LOG_DAYS:
        yield f"log_days={function.log_days} is not one of {', '.join(map(str, LOG_DAYS))}"


def _environment_problems(function: Function) -> Iterator[str]:
    for name in function.environment:
        if not _VARIABLE.fullmatch(name):
            yield f"environment: {name!r} is not a letter and then letters, digits and _"
        elif name.startswith(_RESERVED):
            yield f"environment: {name} is set by AWS or by the template"
    size_bytes = sum(len(f"{name}{value}".encode()) for name, value in function.environment.items())
    if size_bytes > ENVIRONMENT_BYTES:
        yield f"environment: {size_bytes} bytes are more than {ENVIRONMENT_BYTES}"


def _access_problems(access: Access, tables: Sequence[Table[Any]]) -> Iterator[str]:
    table = access.table
    if table not in tables:
        yield f"{access}: the table {getattr(table, 'name', table)!r} is not one of the layer"
        return
    names = {
        "pattern": [one.name for one in table.patterns],
        "query": ["", *(one.name for one in table.indexes)],
        "scan": ["", *(one.name for one in table.indexes)],
    }.get(access.call)
    if names is not None and access.of not in names:
        kind = "access pattern" if access.call == "pattern" else "index"
        known = ", ".join(filter(None, names)) or "none"
        yield f"{access}: there is no such {kind}; the table has {known}"


def _confined_problems(function: Function) -> Iterator[str]:
    """A scan has no partition key, so that no condition on it can confine a scan."""
    if "" in function.leading_keys:
        yield "leading_keys: an empty text is no partition key"
    yield from (
        f"leading_keys: {key!r} confines nothing: every partition key is like it"
        for key in function.leading_keys
        if key and not key.strip("*")
    )
    if function.leading_keys and function.changes is not None:
        yield "leading_keys= confine no stream=: a stream has the changes of all"
    if function.leading_keys:
        yield from (
            f"{access}: leading_keys= confine no scan: it would show the items of all"
            for access in function.accesses
            if access.call == "scan"
        )


def _stream_problems(changes: ChangesOf, tables: Sequence[Table[Any]]) -> Iterator[str]:
    table = changes.table
    if table not in tables:
        yield f"stream=: the table {table.name!r} is not one of the layer"
    elif table.stream is None:
        yield f"stream=: the table {table.name!r} has no stream; declare it: stream='NEW_IMAGE'"
    for name, least, most in (
        ("batch_size", 1, 10_000),
        ("window_s", 0, 300),
        ("retries", 0, 10_000),
        ("oldest_s", 60, 604_800),
        ("parallel", 1, 10),
    ):
        value = getattr(changes, name)
        if not least <= value <= most:
            yield f"stream=: {name}={value} is not {least} to {most}"
