"""Files whose tables change: layers with any indexes and expiry, and the way to them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from trueup import ExpiresAt, Index, Layer, Model, Table
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.operations.operation import send
from trueup.schema.changes import Change
from trueup.schema.create import create_tables
from trueup.schema.diff import diff_table
from trueup.schema.engine import LiveTable, Progress, Step
from trueup.schema.facts import known
from trueup.schema.tables import TableSchema

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = "Things"


class Thing(Model):
    """Attributes of every kind, none of them required; `item` is SQLite's own name of a column."""

    owner: str
    number: Decimal
    status: str | None = None
    amount: Decimal | None = None
    digest: bytes | None = None
    item: str | None = None
    until: Any = None
    gone: Any = None


class Plain(Thing):
    """A thing that does not expire."""

    until: int | None = None
    gone: int | None = None


class ByUntil(Plain):
    """A thing that expires by `until`."""

    until: ExpiresAt | None = None  # type: ignore[assignment]  # stored alike


class ByGone(Plain):
    """A thing that expires by `gone`."""

    gone: ExpiresAt | None = None  # type: ignore[assignment]  # stored alike


MODELS: Mapping[str | None, type[Plain]] = {None: Plain, "until": ByUntil, "gone": ByGone}

BATCH = 100
ITEMS = 230
"""More than two batches."""

INDEXES = {
    "ByStatus": Index("ByStatus", partition="status", sort="number"),
    "ByAmount": Index("ByAmount", partition="amount"),
    "ByDigest": Index("ByDigest", partition="digest", sort="amount"),
    "ByItem": Index("ByItem", partition="item", sort="status"),
    "ByBoth": Index("ByBoth", partition=["status", "item"], sort=["amount", "number"]),
    "Reverse": Index("Reverse", partition="number", sort="owner"),
}


def layer_of(*indexes: str, ttl: str | None = None) -> Layer:
    """The layer with these indexes, and an expiry by `until`, by `gone`, or none."""
    return layer_with([INDEXES[name] for name in indexes], ttl)


def layer_with(indexes: Sequence[Index], ttl: str | None = None) -> Layer:
    """The layer with these indexes."""
    table = Table(
        TABLE, MODELS[ttl], partition="owner", sort="number", indexes=list(indexes), ttl=ttl
    )
    return Layer("things", target="dynamodb", tables=[table])


@contextmanager
def opened(url: str, layer: Layer) -> Iterator[OpenTables]:
    """The layer in a file, whose clock stands still."""
    with open_tables(url, layer, clock=NOW.timestamp) as tables:
        yield tables


class Files:
    """Files of a folder. Those with items are made once, and copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, ...], Path] = {}
        self._answers: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def copy(self, path: Path, *indexes: str, ttl: str | None = None) -> str:
        """The URL of a new file of that layer with all items."""
        key = (*indexes, ttl or "")
        if key not in self._made:
            made = self._folder / f"{len(self._made)}.db"
            with opened(f"sqlite:///{made}", layer_of(*indexes, ttl=ttl)) as tables:
                create(tables)
                write(tables, ITEMS)
            self._made[key] = made
        shutil.copy(self._made[key], path)
        return f"sqlite:///{path}"

    def answers(self, *indexes: str, ttl: str | None = None) -> dict[str, list[str]]:
        """The answers of a file that was made so."""
        key = (*indexes, ttl or "")
        if key not in self._answers:
            url = self.copy(self._folder / "answers.db", *indexes, ttl=ttl)
            self._answers[key] = answers(url, layer_of(*indexes, ttl=ttl))
        return self._answers[key]


def statements(path: Path) -> dict[str, str]:
    """The file's own words for the table and its indexes; columns in any order."""
    with closing(sqlite3.connect(path)) as file:
        return words(lambda sql: file.execute(sql).fetchall())


def words(read: Callable[[str], list[Any]]) -> dict[str, str]:
    """The words of a database for the table and its indexes; columns in any order."""
    found = read("SELECT name, sql FROM sqlite_schema WHERE sql > '' ORDER BY name")
    columns = f'SELECT name, type, "notnull" FROM pragma_table_info({TABLE!r}) ORDER BY name'
    records = read('SELECT description FROM "trueup:tables"')
    shown = {name: sql for name, sql in found if not sql.startswith("CREATE TABLE")}
    return {**shown, "columns": str(read(columns)), "records": str(records)}


def create(tables: OpenTables) -> None:
    """Create the layer's tables."""
    layer = tables.open_layer
    tables.runner.run(create_tables(layer.engine, layer.tables), "create_tables")


def inspected(tables: OpenTables) -> Mapping[str, LiveTable]:
    """The live tables, with all facts."""
    engine = tables.open_layer.engine
    names = tables.runner.run(engine.list_tables(), "inspect")
    return tables.runner.run(engine.inspect(names), "inspect")


def declared(tables: OpenTables) -> Mapping[str, TableSchema]:
    """The layer's tables, by physical name."""
    engine = tables.open_layer.engine
    schemas = [engine.declared(table) for table in tables.open_layer.tables]
    return {schema.name: schema for schema in schemas}


def changes_of(tables: OpenTables) -> list[Change]:
    """The changes that lead from the file to the layer."""
    live = inspected(tables)
    return [
        change
        for name, schema in declared(tables).items()
        for change in diff_table(schema, live[name].schema)
    ]


def steps_of(tables: OpenTables, changes: Sequence[Change]) -> Sequence[Step]:
    """The steps of changes."""
    return tables.open_layer.engine.render(changes, inspected(tables))


def perform(tables: OpenTables, step: Step) -> Iterator[Progress]:
    """Send the request of a step until it is done; each reply."""
    while True:
        progress: Progress = tables.runner.run(send(step.request), "apply")
        yield progress
        if progress.is_done:
            return


def apply(tables: OpenTables, changes: Sequence[Change]) -> list[Progress]:
    """Make changes. Every reply."""
    return [progress for step in steps_of(tables, changes) for progress in perform(tables, step)]


def change_to(url: str, layer: Layer) -> list[Progress]:
    """Change a file until it is as the layer declares."""
    with opened(url, layer) as tables:
        replies = apply(tables, changes_of(tables))
        assert changes_of(tables) == []
        return replies


def things(tables: OpenTables) -> Any:
    """The repository of the table."""
    return tables.repository(tables.open_layer.layer.tables[0])


def write(tables: OpenTables, number: int, first: int = 0) -> None:
    """Write items, some without each attribute, some of them expired."""
    model = MODELS[known(declared(tables)[TABLE].ttl)]
    things(tables).put_many(model.model_validate(values(at)) for at in range(first, first + number))


def values(number: int) -> dict[str, Any]:
    """The values of an item. The same for the same number."""
    seconds = int(NOW.timestamp())
    found: dict[str, Any] = {"owner": f"o{number % 3}", "number": Decimal(number) / 4 - 20}
    if number % 4:
        found["status"] = ("open", "closed", "späť")[number % 3]
    if number % 5:
        found["amount"] = Decimal(number % 7) - 3
    if number % 3:
        found["digest"] = bytes([number % 2, 255])
    if number % 2:
        found["item"] = "x" * (number % 3 + 1)
    if number % 7 == 0:
        found["until"] = seconds + (-1 if number % 2 else 1)
    if number % 11 == 0:
        found["gone"] = seconds + (-1 if number % 2 else 1)
    return found


def answers(url: str, layer: Layer) -> dict[str, list[str]]:
    """The answers of a file."""
    with opened(url, layer) as tables:
        return answers_of(tables)


def answers_of(tables: OpenTables) -> dict[str, list[str]]:
    """All items, sorted, and those of each index, group by group, in its order."""
    repository = things(tables)
    everything = repository.scan().all()
    found = {"": sorted(map(_shown, everything))}
    for name, index in declared(tables)[TABLE].indexes.items():
        fields = [attribute.name for attribute in index.partition]
        groups = {tuple(getattr(one, field) for field in fields) for one in everything}
        found[name] = [
            _shown(one)
            for group in sorted(groups, key=repr)
            if None not in group
            for one in repository.query(group if len(group) > 1 else group[0], index=name)
        ]
    return found


def _shown(item: Model) -> str:
    return repr(item.model_dump())
