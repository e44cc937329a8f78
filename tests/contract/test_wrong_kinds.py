"""Every public method and function, given values of other kinds than it takes: it works, or raises
an error of ours. A raw TypeError says neither what is wrong nor what to do."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

import trueup
from trueup import (
    AccessPattern,
    DynamoDB,
    Index,
    Layer,
    Model,
    Relational,
    Results,
    Table,
    TrueupError,
    Version,
    at,
    composed,
)
from trueup.engines.connect import find_driver, new_engine
from trueup.geo import Point


class Entry(Model):
    """An item with a composed sort key."""

    group: str
    number: int = 1
    tags: set[str] = set()
    lines: list[str] = []
    version: Version = 0
    place: str = composed("{group}#{number}")


entries = Table(
    "Entries",
    Entry,
    partition="group",
    sort="place",
    indexes=[Index("ByNumber", partition="number", shards=2)],
    patterns=[AccessPattern("of_group"), AccessPattern("by_number", index="ByNumber")],
)
LAYER = Layer("kinds", target="dynamodb", tables=[entries])
entry = Entry(group="a")
KEY = {"group": "a", "number": 1}
FITTING: dict[str, Any] = {
    "table": entries,
    "item": entry,
    "items": [entry],
    "key": KEY,
    "keys": [KEY],
    "changes": at(Entry.tags).assign({"x"}),
    "partition": "a",
    "name": "of_group",
    "given": "a",
    "seconds": 5.0,
    "condition": Entry.number == 1,
    "wanted": (entries, KEY),
    "subscriber": print,
    "entity": Entry,
    "values": "a",
    "value": "a",
    "low": "a",
    "high": "b",
    "prefix": "a",
    "amount": 1,
    "kind": trueup.expressions.Kind.S,
    "path": at(Entry.lines),
    "centre": Point(longitude=1, latitude=2),
    "metres": 5,
    "limit": 5,
    "part": {"a": 1},
}
OPTIONS = (
    "after",
    "consistent",
    "filter",
    "include_expired",
    "index",
    "limit",
    "nonsense",
    "only_if",
    "order",
    "page_size",
    "projection",
    "returning",
    "segment",
    "segments",
    "sort",
    "version",
)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    5,
    -1,
    1.5,
    float("nan"),
    10**400,
    "x",
    "",
    "\ud800",
    b"x",
    object(),
    [],
    [[]],
    {},
    {5: object()},
    set(),
    (),
    ("a",),
    ("a", 1, 2),
    print,
    Entry,
    entry,
    entries,
    Entry.number,
    at(Entry.number),
    at(Entry.number).size(),
    Entry.number == 1,
    at(Entry.tags).remove(),
)


@dataclass(frozen=True)
class Shown:
    """A call with one value that is none of those that fit, and its name for reports."""

    name: str
    call: Callable[[], object]


def calls_of(owner: Any, method: str, options: Iterable[str] = OPTIONS) -> Iterator[Shown]:
    """The calls of a method with each parameter given wrongly, and the others rightly."""
    function = getattr(owner, method)
    parameters = inspect.signature(function).parameters.values()
    without = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    needed = [p for p in without if p.kind is not p.KEYWORD_ONLY]
    fitting = [FITTING.get(p.name) for p in needed]
    named = {p.name: FITTING.get(p.name) for p in without if p.kind is p.KEYWORD_ONLY}
    function = partial(function, **named)
    for other in OTHERS:
        for position, parameter in enumerate(needed):
            given = [*fitting[:position], other, *fitting[position + 1 :]]
            yield Shown(f"{method}({parameter.name}={other!r})", partial(function, *given))
        for parameter in parameters:
            names = options if parameter.kind is parameter.VAR_KEYWORD else (parameter.name,)
            for name in names if parameter not in needed else ():
                call = partial(function, *fitting, **{name: other})
                yield Shown(f"{method}({name}={other!r})", call)


def methods_of(kind: type) -> list[str]:
    """The public methods of a class."""
    return sorted(
        name
        for name, member in inspect.getmembers(kind, callable)
        if not name.startswith("_") and name not in {"close"}
    )


def raw_errors(calls: Iterable[Shown]) -> list[str]:
    """The calls that end in an error that is not ours."""
    found = []
    for shown in calls:
        try:
            consume(shown.call())
        except TrueupError:
            continue
        except Exception as error:  # noqa: BLE001  # which is what is looked for
            found.append(f"{shown.name}: {type(error).__name__}: {error}"[:250])
    return found


def consume(result: object) -> None:
    """Use what a call gave, since reads begin with their first item."""
    if isinstance(result, Results):
        result.all()
    elif inspect.isgenerator(result):
        list(result)


class Abandoned(Exception):
    """Ends a block without sending what it collected."""


@pytest.fixture
def db() -> Iterator[trueup.Database]:
    with trueup.connect("sqlite://", LAYER) as opened:
        opened.create_tables()
        yield opened


async def names_in(opened: trueup.AsyncDatabase) -> list[str]:
    """Groups of the entries of a new database with one."""
    await opened.create_tables()
    await opened.repository(entries).put(entry)
    return [one.group async for one in opened.repository(entries).scan()]


async def open_twice() -> None:
    async with trueup.connect_async("sqlite://", LAYER) as opened:
        assert await names_in(opened) == ["a"]
    with pytest.raises(trueup.InvalidCall, match="closed"):
        await names_in(opened)
    async with await asyncio.create_task(trueup.connect_async("sqlite://", LAYER)) as opened:
        assert await names_in(opened) == ["a"]


def test_async_database_is_opened_with_await_and_without() -> None:
    asyncio.run(open_twice())


@pytest.mark.fault("F17")
def test_text_as_cursor_key_is_refused_where_a_database_is_opened() -> None:
    with pytest.raises(trueup.InvalidCall, match="cursor_key is bytes, not a text"):
        connected(cursor_key="secret")


class OfNumbers(Model):
    """A composed field can be nothing but a text."""

    a: int
    pk: int = composed("{a}")


@pytest.mark.fault("F17")
def test_composed_number_is_refused_where_it_is_declared() -> None:
    with pytest.raises(trueup.DeclarationError, match="'pk' of OfNumbers is not a text"):
        declared(model=OfNumbers, partition="pk")


@pytest.mark.parametrize("url", ["sqlite://", "dynamodb://127.0.0.1:1?region=eu-west-1"])
def test_error_names_the_table_as_it_is_called_in_the_database(url: str) -> None:
    beta = trueup.connect(url, LAYER, table_names="beta-{table}")
    with beta, pytest.raises(trueup.InvalidCall) as caught:
        beta.repository(entries).query("a", limit=0)
    assert "table Entries, physical name beta-Entries" in str(caught.value.where)


def test_misspelt_field_is_no_attribute_and_says_which_is_meant() -> None:
    assert not hasattr(Entry, "numbr")
    with pytest.raises(AttributeError, match=r"Entry has no field 'numbr'; did you mean 'number'"):
        _ = getattr(Entry, "numbr")  # noqa: B009  # which checkers would refuse
    with pytest.raises(AttributeError, match="the fields are: group, number, tags"):
        _ = getattr(Entry, "colour")  # noqa: B009


@pytest.mark.parametrize("method", methods_of(trueup.Repository))
def test_repository(db: trueup.Database, method: str) -> None:
    repository = db.repository(entries)
    assert raw_errors(calls_of(repository, method)) == []


class Spot(Model):
    """What only PostgreSQL finds."""

    id: str
    location: Point


def test_previews_of_what_is_near() -> None:
    spots = Table("spots", Spot, partition="id", relational=Relational())
    layer = Layer("spots", target="postgres", tables=[spots])
    driver, _ = find_driver("postgresql://localhost/x")
    db = trueup.open_database(new_engine(driver, layer, "{table}", None), Unused(), layer)
    for path in (at(Spot.location), at(Spot.id)):
        asked = Asked(db.repository(spots).requests, path)
        for method in methods_of(Asked):
            assert raw_errors(calls_of(asked, method)) == []


@dataclass(frozen=True)
class Asked:
    """Relations of one attribute, in requests that are not sent."""

    _requests: trueup.RequestPreview
    _path: Any

    def nearest(self, centre: Any, *, limit: Any) -> Any:
        """What is nearest."""
        return self._requests.nearest(self._path, centre, limit=limit)

    def within(self, centre: Any, *, metres: Any) -> Any:
        """A filter by distance."""
        return self._requests.scan(filter=self._path.within(centre, metres=metres))

    def intersects(self, part: Any) -> Any:
        """A filter by a common point."""
        return self._requests.scan(filter=self._path.intersects(part))

    def includes(self, part: Any) -> Any:
        """A filter by a part."""
        return self._requests.scan(filter=self._path.includes(part))

    def overlaps(self, part: Any) -> Any:
        """A filter by common values."""
        return self._requests.scan(filter=self._path.overlaps(part))


class Unused:
    """A wire that nothing is sent through."""

    def perform(self, request: Any, deadline_s: float) -> Any:
        """Never called."""
        raise AssertionError(request)

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("method", methods_of(trueup.RequestPreview))
def test_previews_of_a_repository(db: trueup.Database, method: str) -> None:
    assert raw_errors(calls_of(db.repository(entries).requests, method)) == []


@pytest.mark.parametrize("method", methods_of(trueup.Database))
def test_database(db: trueup.Database, method: str) -> None:
    assert raw_errors(calls_of(db, method)) == []


@pytest.mark.parametrize("method", methods_of(trueup.Transaction))
def test_transaction(db: trueup.Database, method: str) -> None:
    found: list[str] = []
    with suppress(Abandoned), db.transaction() as tx:
        found += raw_errors(calls_of(tx, method))
        raise Abandoned
    assert found == []


@pytest.mark.parametrize("method", methods_of(trueup.Batch))
def test_batch(db: trueup.Database, method: str) -> None:
    found: list[str] = []
    with suppress(Abandoned), db.batch() as batch:
        found += raw_errors(calls_of(batch, method))
        raise Abandoned
    assert found == []


@pytest.mark.parametrize("field", ["group", "number", "tags", "lines", "place"])
@pytest.mark.parametrize("method", sorted(set(methods_of(trueup.expressions.At))))
def test_expressions(db: trueup.Database, method: str, field: str) -> None:
    """Built, and then asked of an item, or made to one."""
    repository: Any = db.repository(entries)

    def use(shown: Shown) -> Iterator[Shown]:
        yield Shown(shown.name, lambda: repository.scan(filter=shown.call()).all())
        change = partial(repository.update, KEY, version=trueup.ANY_VERSION)
        yield Shown(shown.name, lambda: change(shown.call()))

    calls = calls_of(at(getattr(Entry, field)), method)
    assert raw_errors(used for shown in calls for used in use(shown)) == []


def declared(**given: Any) -> Layer:
    """A layer of one table with these facts."""
    facts: dict[str, Any] = {"name": "Entries", "model": Entry, "partition": "group"}
    return Layer("kinds", target="dynamodb", tables=[Table(**(facts | given))])


def connected(**given: Any) -> None:
    """A database in memory, opened with these options and closed."""
    options: dict[str, Any] = {"url": "sqlite://", "layer": LAYER}
    trueup.connect(**(options | given)).close()


DECLARATIONS: dict[Any, Callable[..., object]] = {
    Table: declared,
    Index: lambda **given: declared(
        indexes=[Index(**({"name": "I", "partition": "number"} | given))]
    ),
    AccessPattern: lambda **given: declared(patterns=[AccessPattern(**({"name": "p"} | given))]),
    DynamoDB: lambda **given: declared(dynamodb=DynamoDB(**given)),
    Relational: lambda **given: declared(relational=Relational(**given)),
    Layer: lambda **given: Layer(
        **({"name": "k", "target": "sqlite", "tables": [entries]} | given)
    ),
    trueup.RetryPolicy: trueup.RetryPolicy,
    trueup.connect: connected,
    trueup.expires_in: trueup.expires_in,
    trueup.composed: lambda **given: trueup.composed(**({"template": "{a}"} | given)),
    trueup.parts_of: lambda **given: trueup.parts_of(
        **({"composed_field": Entry.place, "text": "a#1"} | given)
    ),
    trueup.name_from_environment: lambda **given: declared(
        physical=trueup.name_from_environment(**({"variable": "X", "default": "x"} | given))
    ),
    trueup.stored_as: trueup.stored_as,
    trueup.not_: trueup.not_,
    trueup.present: trueup.present,
    at: at,
}


@pytest.mark.parametrize("what", DECLARATIONS, ids=lambda what: what.__name__)
def test_declarations_and_functions(what: Any) -> None:
    declare = DECLARATIONS[what]
    names = [
        name
        for name, p in inspect.signature(what).parameters.items()
        if p.kind is not p.VAR_POSITIONAL
    ]
    calls = (
        Shown(f"{what.__name__}({name}={other!r})", partial(declare, **{name: other}))
        for name in names
        for other in OTHERS
    )
    assert raw_errors(calls) == []
