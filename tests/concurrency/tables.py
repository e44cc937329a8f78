"""Two halves that are always written together, and how to see that they were."""

from __future__ import annotations

import os
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from trueup import (
    AsyncDatabase,
    AsyncTransaction,
    Database,
    Index,
    Layer,
    Model,
    Table,
    Transaction,
    Version,
    open_database,
    open_database_async,
)
from trueup.engines.connect import find_driver, new_engine
from trueup.engines.sqlite.wire.asynchronous import AsyncSqliteWire
from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location
from trueup.schema.engine import SchemaEngine


class Half(Model):
    """The left or the right half of a pair; both have one value."""

    name: str
    side: str
    value: int
    kind: str = "half"


class Tally(Model):
    """A count that is raised by reading, adding one and writing."""

    name: str
    count: int = 0
    version: Version = 0


halves = Table(
    "Halves",
    Half,
    partition="name",
    sort="side",
    indexes=[Index("Kinds", partition="kind", sort="value", shards=4)],
)
tallies = Table("Tallies", Tally, partition="name")
layer = Layer("pairs", target="dynamodb", tables=[halves, tallies])

NAMES = ("a", "b", "c")


def pair(name: str, value: int) -> list[Half]:
    """Both halves."""
    return [Half(name=name, side=side, value=value) for side in ("left", "right")]


def write_pair(tx: Transaction | AsyncTransaction, name: str, value: int) -> None:
    """Put both halves in one write set."""
    for half in pair(name, value):
        tx.put(halves, half)


def wanted(name: str) -> tuple[tuple[Table[Any], Any], ...]:
    """What to ask `transact_get` for."""
    return (halves, (name, "left")), (halves, (name, "right"))


def agree(found: list[Half | None]) -> bool:
    """Whether both halves are there with one value, or neither is."""
    left, right = found
    if left is None or right is None:
        return left is right
    return left.value == right.value


def open_files(path: Path) -> int:
    """How many descriptors of this process lead to the database; 0 where that cannot be seen."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        return 0
    links = [os.readlink(one) for one in folder.iterdir() if one.is_symlink()]
    return sum(link.startswith(str(path)) for link in links)


def open_file(path: Path | None) -> tuple[Database, Connection]:
    """The layer in a file or in memory, and the connection that writes."""
    wire = SqliteWire(Location(path))
    writer = wire.write(lambda connection: connection)
    return open_database(_engine(), wire, layer), writer


async def open_file_async(path: Path) -> tuple[AsyncDatabase, Connection]:
    """`open_file` for asyncio."""
    wire = await AsyncSqliteWire.open(Location(path))
    writer = await wire.write(lambda connection: connection)
    return open_database_async(_engine(), wire, layer), writer


def _engine() -> SchemaEngine:
    driver, _ = find_driver("sqlite://")
    return new_engine(driver, layer, "{table}", None)
