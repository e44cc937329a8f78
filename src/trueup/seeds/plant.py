"""Planting: items that differ are put, those that agree are left, and nothing is deleted.

    rows ──► some at a time ──► stored items with their keys ──► new · changed · unchanged ──► put

A row that cannot be stored is rejected, with its place and the reason; the others are planted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field
from datetime import UTC, datetime, timedelta
from itertools import islice, zip_longest
from typing import Any

from .._dataclass import dataclass
from ..engines.open_tables import OpenTables
from ..errors import ErrorCode, InvalidCall, Place, TrueupError
from ..expressions.values import Item, equal
from ..model.declarations.base import Model
from ..model.description.tables import TableDescription
from ..operations.guards import has_expired
from ..operations.plans.context import TableContext
from ..operations.plans.writes import plan_put
from .declaration import Seed
from .files import Row, rows_of_file

CHUNK = 100
"""Rows that are looked up and put at a time."""

LATER = timedelta(days=1, seconds=1)
"""The distance of the two moments that a function is asked for: it changes date and time."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not stored, and why. source: its file and line, or its position."""

    source: str
    problem: str


@dataclass(slots=True)
class Planted:
    """What a seed did to its table, or would do."""

    name: str
    table: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def written(self) -> int:
        """How many items were put."""
        return self.created + self.changed


@dataclass(frozen=True, slots=True)
class _Sown:
    """A row that can be stored. moving: its attributes that follow the clock."""

    source: str
    model: Model
    item: Item
    moving: Set[str]
    is_new: bool = True


def plant(tables: OpenTables, seed: Seed[Any], done: Planted | None = None) -> Planted:
    """Put the items of a seed that are missing or differ.

    done: is filled while items are put, for callers that may be interrupted.

    Raises NeedsOperator if the table, or a file of rows, cannot be read; InvalidCall if a function
    gives other numbers of items at other times.
    """
    return _plant(tables, seed, done or planted_by(seed), lambda own, sown: _put(own, seed, sown))


def plan(tables: OpenTables, seed: Seed[Any]) -> Planted:
    """What `plant` would do now; nothing is written. Raises as `plant` does."""
    return _plant(tables, seed, planted_by(seed), lambda _, __: [])


def planted_by(seed: Seed[Any]) -> Planted:
    """What a seed has done before it begins."""
    return Planted(seed.name, seed.table.name)


def _plant(
    tables: OpenTables,
    seed: Seed[Any],
    done: Planted,
    put: Callable[[OpenTables, Sequence[_Sown]], list[Rejected]],
) -> Planted:
    context = tables.open_layer.context(seed.table)
    for chunk in _chunks(_rows(seed, context), CHUNK):
        for own, rows in _by_tenant(tables, context.table, chunk):
            differing = list(_differing(own, seed, rows, done))
            rejected = put(own, differing)
            done.rejected += rejected
            failed = {one.source for one in rejected}
            written = [sown for sown in differing if sown.source not in failed]
            new = sum(sown.is_new for sown in written)
            done.created += new
            done.changed += len(written) - new
    return done


def _by_tenant(
    tables: OpenTables, table: TableDescription, rows: Sequence[_Sown | Rejected]
) -> Iterator[tuple[OpenTables, Sequence[_Sown | Rejected]]]:
    """The rows of each tenant, and the tables as this tenant sees them."""
    found: dict[Any, list[_Sown | Rejected]] = {}
    for row in rows:
        whose = None
        if table.tenant is not None and isinstance(row, _Sown):
            whose = row.item[table.tenant.attribute]
        found.setdefault(whose, []).append(row)
    for whose, some in found.items():
        yield (tables if whose is None else tables.for_tenant(whose)), some


def _rows(seed: Seed[Any], context: TableContext) -> Iterator[_Sown | Rejected]:
    """The rows that can be stored, and those that cannot, each key once."""
    sources: dict[tuple[Any, ...], str] = {}
    now = datetime.fromtimestamp(int(context.clock()), UTC)
    for row, later in _given(seed, context, now):
        sown = _sow(context, row, later)
        if isinstance(sown, _Sown):
            key = context.table.key_of(sown.item)
            first = sources.setdefault(key, row.source)
            if first != row.source:
                sown = Rejected(row.source, f"{first} has the same key")
        yield sown


def _given(
    seed: Seed[Any], context: TableContext, now: datetime
) -> Iterator[tuple[Row, Model | None]]:
    """The rows; of a function, also the same items at a later time."""
    if seed.path is not None:
        yield from ((row, None) for row in rows_of_file(seed.path, context.table))
    elif callable(seed.items):
        yield from _at_two_times(seed, now)
    else:
        yield from ((row, None) for row in _numbered(seed.items))  # type: ignore[arg-type]  # no path


def _at_two_times(seed: Seed[Any], now: datetime) -> Iterator[tuple[Row, Model]]:
    assert callable(seed.items)
    pairs = zip_longest(_numbered(seed.items(now)), seed.items(now + LATER))
    for row, later in pairs:
        if row is None or later is None:
            raise InvalidCall(
                f"the function of the seed {seed.name!r} gives other numbers of items at other "
                "times",
                code=ErrorCode.INVALID_OPTION,
                where=Place(table=seed.table.name, note=seed.declared_at),
                fix="let the clock change attributes only, and no keys",
            )
        yield row, later


def _numbered(items: Iterable[Any]) -> Iterator[Row]:
    return (Row(f"item {number}", item) for number, item in enumerate(items, start=1))


def _sow(context: TableContext, row: Row, later: Model | None) -> _Sown | Rejected:
    if row.item is None:
        return Rejected(row.source, row.problem)
    try:
        item = plan_put(context, row.item).item
        moving = frozenset() if later is None else _differences(item, context.codec.encode(later))
    except TrueupError as error:
        return Rejected(row.source, error.what)
    problem = _unplantable(context, item, moving)
    return Rejected(row.source, problem) if problem else _Sown(row.source, row.item, item, moving)


def _unplantable(context: TableContext, item: Item, moving: Set[str]) -> str:
    """Why planting an item twice would not leave what planting it once left; or empty."""
    table = context.table
    if moving & {key.attribute for key in table.key}:
        return "its key follows the clock: each planting would add another item"
    expires = table.expires
    if expires and has_expired(item.get(expires.attribute), context.now_epoch_s()):
        return f"its {expires.attribute} is past: nobody would see it"
    return ""


def _differing(
    tables: OpenTables, seed: Seed[Any], rows: Sequence[_Sown | Rejected], done: Planted
) -> Iterator[_Sown]:
    """The rows to put; the others are counted."""
    done.rejected += [row for row in rows if isinstance(row, Rejected)]
    sown = [row for row in rows if isinstance(row, _Sown)]
    found: list[Any] = tables.stored(seed.table).get_many([row.model for row in sown])
    table = tables.open_layer.context(seed.table).table
    version, given = table.version, _given_by_the_database(table)
    for row, stored in zip(sown, found, strict=True):
        ignored = row.moving | (given - row.item.keys()) | _maintained(table, row.model)
        if stored is not None and (seed.only_new or not _differences(row.item, stored) - ignored):
            done.unchanged += 1
            continue
        model = row.model
        if version is not None:
            based_on = stored.get(version.attribute, 0) if stored else 0
            model = model.model_copy(update={version.name: based_on})
        if stored is not None:
            model = _created_as(table, model, stored)
        yield _Sown(row.source, model, row.item, row.moving, is_new=stored is None)


def _maintained(table: TableDescription, model: Model) -> frozenset[str]:
    """The attributes that every write sets: they make no difference."""
    found = [table.version, table.updated]
    if table.created and getattr(model, table.created.name, None) is None:
        found.append(table.created)
    return frozenset(one.attribute for one in found if one)


def _created_as(table: TableDescription, model: Model, stored: Mapping[str, Any]) -> Model:
    """The model with the time of the first write of the item that it replaces, unless it has one
    of its own."""
    created = table.created
    if created is None or getattr(model, created.name, "") is not None:
        return model
    first = stored.get(created.attribute)
    return (
        model.model_copy(update={created.name: datetime.fromisoformat(first)}) if first else model
    )


def _given_by_the_database(table: TableDescription) -> frozenset[str]:
    """The attributes that the database fills if an item lacks them: they make no difference."""
    names = table.relational.made_by_the_database if table.relational else frozenset()
    return frozenset(one.attribute for one in table.attributes if one.name in names)


def _differences(item: Mapping[str, Any], stored: Mapping[str, Any]) -> frozenset[str]:
    """The attributes whose values differ, or which only one has."""
    return frozenset(
        name
        for name in item.keys() | stored.keys()
        if not (name in item and name in stored and equal(item[name], stored[name]))
    )


def _put(tables: OpenTables, seed: Seed[Any], sown: Sequence[_Sown]) -> list[Rejected]:
    outcomes = tables.repository(seed.table).put_many_iter([row.model for row in sown])
    return [
        Rejected(row.source, outcome.error.what)
        for row, outcome in zip(sown, outcomes, strict=True)
        if outcome.error is not None
    ]


def _chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, size)):
        yield chunk
