"""The rows of tables, counted and summed up so that two moments can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from ..._dataclass import dataclass
from ..port import MigrationDatabase, Shape, Text

_BYTES = 8
_MODULUS = 1 << (8 * _BYTES)


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of a table: how many, and sums of hashes, of whole rows and by column. Sums do not
    depend on the order of rows."""

    rows: int
    whole: int
    columns: Mapping[str, int]


def read_contents(database: MigrationDatabase, shapes: Sequence[Shape]) -> dict[str, Contents]:
    """The contents of each table."""
    return {shape.label: _contents(database, shape) for shape in shapes}


def _contents(database: MigrationDatabase, shape: Shape) -> Contents:
    names = sorted(column.name for column in shape.columns)
    rows = database.contents(shape.name, names)
    whole, columns = 0, dict.fromkeys(names, 0)
    for row in rows:
        hashes = [_hash(text) for text in row[: len(names)]]
        whole += int.from_bytes(blake2b(b"".join(hashes), digest_size=_BYTES).digest())
        for name, one in zip(names, hashes, strict=True):
            columns[name] += int.from_bytes(one)
    sums = {name: value % _MODULUS for name, value in columns.items()}
    return Contents(len(rows), whole % _MODULUS, sums)


def _hash(text: Text) -> bytes:
    return blake2b(b"" if text is None else b"=" + str(text).encode(), digest_size=_BYTES).digest()


def losses(before: Mapping[str, Contents], after: Mapping[str, Contents]) -> list[str]:
    """What a table, or a column, has lost since, in words; none if everything came back."""
    return [
        loss
        for name, one in sorted(before.items())
        if name in after
        for loss in _of_table(name, one, after[name])
    ]


def _of_table(name: str, before: Contents, after: Contents) -> list[str]:
    if before.rows and not after.rows:
        return [f"{name}: all its rows"]
    if before.rows != after.rows:
        return [f"{name}: {after.rows} of {before.rows} rows are there afterwards"]
    changed = [
        column for column, value in before.columns.items() if after.columns.get(column) != value
    ]
    if changed:
        return [f"{name}.{column}: its values" for column in changed]
    is_same = before.whole == after.whole or before.columns.keys() != after.columns.keys()
    return [] if is_same else [f"{name}: which values belong together"]
