"""Rows for a shadow that a plan does not refuse: made where the plan is done, and put where it is
not done yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from random import Random

from .._dataclass import dataclass
from ..migrations.port import Column, MigrationDatabase, Shape, Text
from ..migrations.proving.rows import ROWS, load, ordinary


@dataclass(frozen=True, slots=True)
class Made:
    """Rows of a table. bases: the types of its columns."""

    bases: Mapping[str, str]
    rows: Sequence[Mapping[str, Text]]


TIMES = 10
"""How often each row is put, with other values where they have to differ: enough that the work of
rows outweighs the beginning and the end of a statement."""

_AT_ONCE = 500


def wanted_shapes(database: MigrationDatabase, tables: Collection[str]) -> list[Shape]:
    """The tables that rows are made for: some, and those that they refer to."""
    shapes = database.shapes()
    names = {shape.name for shape in shapes if {shape.name, shape.label} & {*tables}}
    while True:
        more = {one.table for shape in shapes if shape.name in names for one in shape.references}
        if more <= names:
            return [shape for shape in shapes if shape.name in names]
        names |= more


def made_rows(database: MigrationDatabase, tables: Collection[str]) -> dict[str, Made]:
    """Rows of tables, which keep what the database asks of them."""
    shapes = wanted_shapes(database, tables)
    for shape in shapes:
        load(database, shape)
        _multiply(database, shape)
    return {
        shape.name: Made({one.name: one.base for one in shape.columns}, _contents(database, shape))
        for shape in shapes
    }


def _multiply(database: MigrationDatabase, shape: Shape) -> None:
    """Put rows like those that are there."""
    columns = [one for one in shape.columns if not (one.is_made or one.has_default)]
    names = [one.name for one in columns]
    pointing = {name for one in shape.references for name in one.columns}
    new = [one.is_unique and one.name not in pointing for one in columns]
    rows, random = database.contents(shape.name, names), Random(1)
    for time in range(1, TIMES):
        number = time * 10 * ROWS
        copies = [
            [
                ordinary(column, number + place, random) if is_new and text is not None else text
                for column, text, is_new in zip(columns, row, new, strict=True)
            ]
            for place, row in enumerate(rows)
        ]
        if not database.insert(shape, names, copies):
            return


def _contents(database: MigrationDatabase, shape: Shape) -> list[dict[str, Text]]:
    names = [column.name for column in shape.columns]
    return [dict(zip(names, row, strict=True)) for row in database.contents(shape.name, names)]


def put_rows(
    database: MigrationDatabase, made: Mapping[str, Made], tables: Collection[str]
) -> dict[str, int]:
    """Put rows into tables of the same names, and make values for columns that they lack: how many
    rows each of the tables has then."""
    counts: dict[str, int] = {}
    for shape in wanted_shapes(database, {*tables, *made}):
        found = made.get(shape.name)
        if found is None:
            load(database, shape)
        else:
            _put(database, shape, found)
        database.query(f"ANALYZE {shape.name}")
        counts[shape.name] = len(database.contents(shape.name, ()))
    return counts


def _put(database: MigrationDatabase, shape: Shape, made: Made) -> None:
    """Put rows; if none fits, those that have other values in columns of other types."""
    columns = [one for one in shape.columns if not one.is_made]
    names = [one.name for one in columns]
    same = {one.name for one in columns if made.bases.get(one.name) == one.base}
    taken = [name for name in names if name in made.bases]
    for first in range(0, len(made.rows), _AT_ONCE):
        rows = made.rows[first : first + _AT_ONCE]
        if database.insert(shape, names, _values(columns, rows, taken, first)):
            continue
        taken = [name for name in taken if name in same]
        if not database.insert(shape, names, _values(columns, rows, taken, first)):
            return


def _values(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Text]], taken: Sequence[str], first: int
) -> list[list[Text]]:
    """The values of rows. taken: the columns whose values they have; others get ordinary ones."""
    random = Random(first)
    return [
        [
            row[one.name]
            if one.name in taken
            else None
            if one.is_nullable
            else ordinary(one, first + number, random)
            for one in columns
        ]
        for number, row in enumerate(rows)
    ]
