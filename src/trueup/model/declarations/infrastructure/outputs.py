"""Outputs: what other stacks and programs read of a table, under names that they know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY
from typing import Any

from ...._dataclass import dataclass
from ...._kinds import field_misfits
from ..table import Table

_ID = re.compile(r"[A-Za-z0-9]{1,200}")


@dataclass(frozen=True, slots=True)
class TableOutputs:
    """The outputs of one table, under other names and with other descriptions than by default.

    id: begins the name of each: `MetricsTable` makes `MetricsTableName`, `MetricsTableArn` and, of
        a table with a stream, `MetricsTableStreamArn`. Empty for the table's own name.
    of_name, of_arn, of_stream: the descriptions of the three; empty for the usual ones.
    """

    table: Table[Any]
    _: KW_ONLY
    id: str = ""
    of_name: str = ""
    of_arn: str = ""
    of_stream: str = ""


def outputs_problems(given: Sequence[TableOutputs], tables: Sequence[Table[Any]]) -> Iterator[str]:
    """What is wrong in the outputs of a layer. tables: those of the layer."""
    kinds = [problem for one in given for problem in field_misfits(one)]
    yield from kinds or _problems(given, tables)


def _problems(given: Sequence[TableOutputs], tables: Sequence[Table[Any]]) -> Iterator[str]:
    named = [one.table.name for one in given]
    ids = [one.id for one in given if one.id]
    for one in given:
        what = f"outputs of the table {one.table.name!r}"
        if one.table not in tables:
            yield f"{what}: it is not one of the layer"
        if named.count(one.table.name) > 1:
            yield f"{what} are declared more than once"
        if one.id and (not _ID.fullmatch(one.id) or ids.count(one.id) > 1):
            yield f"{what}: id={one.id!r} is not letters and digits that no other table has"
        if one.of_stream and one.table.stream is None:
            yield f"{what}: of_stream= has no effect, since it has no stream"
