"""Seeds on real databases: planted once, left alone the second time, and never deleting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import trueup
from trueup import (
    CreatedAt,
    DeclarationError,
    ExpiresAt,
    InvalidCall,
    Layer,
    Model,
    NeedsOperator,
    RequestEvent,
    RequestFinished,
    Seed,
    Table,
    UpdatedAt,
    Version,
    composed,
)
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.seeds.declaration import seeds_of_stage
from trueup.seeds.plant import Planted, plan, plant
from trueup.testing.cleanup import drop_tables

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Dish(Model):
    name: str
    day: date
    price: Decimal | None = None
    tags: set[str] = set()
    id: str = composed("{name}#{day}")
    seen_at: datetime | None = None
    until: ExpiresAt | None = None


class Stock(Model):
    dish: str
    left: int
    version: Version = 0


class Menu(Model):
    day: date
    first: str
    made_at: CreatedAt | None = None
    changed_at: UpdatedAt | None = None


MENUS = Table("Menus", Menu, partition="day")
DISHES = Table("Dishes", Dish, partition="id")
STOCK = Table("Stock", Stock, partition="dish")
LAYER = Layer("menu", target="dynamodb", tables=[DISHES, STOCK, MENUS])
SOUP = Dish(name="soup", day=date(2026, 1, 1), price=Decimal("4.50"), tags={"hot", "new"})
CAKE = Dish(name="cake", day=date(2026, 1, 1))

Opening = Callable[[datetime], Any]


@pytest.fixture(params=["sqlite", "dynamodb"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    prefix = f"trueup-seed-{uuid4().hex[:8]}-"
    url = f"sqlite:///{tmp_path}/menu.db"
    if request.param == "dynamodb":
        url = request.getfixturevalue("dynamodb_url")
    names = f"{prefix}{{table}}"
    with trueup.connect(url, LAYER, table_names=names) as db:
        db.create_tables()
    yield lambda now: open_tables(url, LAYER, clock=now.timestamp, table_names=names)
    if request.param == "dynamodb":
        drop_tables(url, prefix)


@pytest.fixture
def tables(opening: Opening) -> Iterator[OpenTables]:
    with opening(NOW) as tables:
        yield tables


def counts(planted: Planted) -> tuple[int, int, int, int]:
    return planted.created, planted.changed, planted.unchanged, len(planted.rejected)


def writes_of(tables: OpenTables, act: Callable[[], object]) -> list[str]:
    """The requests that write, while something is done."""
    seen: list[str] = []

    def note(event: RequestEvent) -> None:
        if isinstance(event, RequestFinished):
            seen.append(event.action)

    tables.runner.subscribers.add(note)
    act()
    tables.runner.subscribers.remove(note)
    return [action for action in seen if action not in ("BatchGetItem", "GetItem", "BatchGet")]


def test_second_planting_writes_nothing(tables: OpenTables) -> None:
    seed = Seed("demo", DISHES, [SOUP, CAKE])
    assert counts(plan(tables, seed)) == (2, 0, 0, 0)
    assert tables.repository(DISHES).get(SOUP.id) is None
    assert writes_of(tables, lambda: plant(tables, seed)) != []
    assert tables.repository(DISHES).get(SOUP.id) == SOUP
    again: list[Planted] = []
    assert writes_of(tables, lambda: again.append(plant(tables, seed))) == []
    assert counts(again[0]) == (0, 0, 2, 0)


def test_only_items_that_differ_are_put_and_none_is_deleted(tables: OpenTables) -> None:
    plant(tables, Seed("demo", DISHES, [SOUP, CAKE]))
    dearer = SOUP.model_copy(update={"price": Decimal(5)})
    assert counts(plant(tables, Seed("demo", DISHES, [dearer]))) == (0, 1, 0, 0)
    found = tables.repository(DISHES).get_many([SOUP.id, CAKE.id])
    assert found == [dearer, CAKE]


def test_items_that_are_there_can_be_left_as_they_are(tables: OpenTables) -> None:
    dearer = SOUP.model_copy(update={"price": Decimal(5)})
    plant(tables, Seed("demo", DISHES, [dearer]))
    seed = Seed("demo", DISHES, [SOUP, CAKE], only_new=True)
    assert counts(plant(tables, seed)) == (1, 0, 1, 0)
    assert tables.repository(DISHES).get(SOUP.id) == dearer


def test_what_follows_the_clock_is_no_reason_to_write(opening: Opening) -> None:
    def items(now: datetime) -> list[Dish]:
        moving = {"seen_at": now, "until": now + timedelta(days=90)}
        return [SOUP.model_copy(update=moving), CAKE.model_copy(update={"seen_at": NOW})]

    seed = Seed("demo", DISHES, items)
    with opening(NOW) as tables:
        assert counts(plant(tables, seed)) == (2, 0, 0, 0)
    with opening(NOW + timedelta(days=30)) as tables:
        assert counts(plant(tables, seed)) == (0, 0, 2, 0)
        assert tables.repository(DISHES).get(SOUP.id).seen_at == NOW
    with opening(NOW + timedelta(days=91)) as tables:  # the soup has expired
        assert counts(plant(tables, seed)) == (1, 0, 1, 0)
        assert tables.repository(DISHES).get(SOUP.id).until == NOW + timedelta(days=181)


def test_key_that_follows_the_clock_is_rejected(tables: OpenTables) -> None:
    def items(now: datetime) -> list[Dish]:
        return [Dish(name="soup", day=now.date()), CAKE]

    planted = plant(tables, Seed("demo", DISHES, items))
    assert counts(planted) == (1, 0, 0, 1)
    assert planted.rejected[0].problem == (
        "its key follows the clock: each planting would add another item"
    )


def test_number_of_items_that_follows_the_clock_is_refused(tables: OpenTables) -> None:
    seed = Seed("demo", DISHES, lambda now: [SOUP, CAKE][: 1 + (now == NOW)])
    with pytest.raises(InvalidCall, match="other numbers of items"):
        plant(tables, seed)


def test_rejected_items_are_listed_and_the_others_planted(tables: OpenTables) -> None:
    nameless = Dish(name="", day=date(2026, 1, 1)).model_copy(update={"id": ""})
    past = CAKE.model_copy(update={"until": NOW})
    foreign: Any = Stock(dish="soup", left=1)
    items = [foreign, SOUP, SOUP, past, nameless]
    planted = plant(tables, Seed("demo", DISHES, items))
    assert [one.source for one in planted.rejected] == ["item 1", "item 3", "item 4"]
    assert [one.problem for one in planted.rejected] == [
        "a Stock cannot be stored here",
        "item 2 has the same key",
        "its until is past: nobody would see it",
    ]
    assert planted.created == 2


def test_versioned_item_is_changed_from_the_stored_version(tables: OpenTables) -> None:
    stock = tables.repository(STOCK)
    stock.put(Stock(dish="soup", left=1))
    seed = Seed("demo", STOCK, [Stock(dish="soup", left=5), Stock(dish="cake", left=2)])
    assert counts(plant(tables, seed)) == (1, 1, 0, 0)
    assert counts(plant(tables, seed)) == (0, 0, 2, 0)
    assert stock.get("soup") == Stock(dish="soup", left=5, version=2)


def test_times_of_writes_are_no_reason_to_write_and_are_kept(opening: Opening) -> None:
    day, later = date(2026, 1, 1), NOW + timedelta(hours=1)
    with opening(NOW) as tables:
        plant(tables, Seed("demo", MENUS, [Menu(day=day, first="soup")]))
    with opening(later) as tables:
        again = plant(tables, Seed("demo", MENUS, [Menu(day=day, first="soup")]))
        changed = plant(tables, Seed("demo", MENUS, [Menu(day=day, first="egg")]))
        found = tables.repository(MENUS).get(day)
    assert (counts(again), counts(changed)) == ((0, 0, 1, 0), (0, 1, 0, 0))
    assert found == Menu(day=day, first="egg", made_at=NOW, changed_at=later)


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl"])
def test_rows_of_files_are_planted(tables: OpenTables, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"dishes{suffix}"
    if suffix == ".csv":
        path.write_text("name,day,price\nsoup,2026-01-01,4.50\ncake,2026-01-01,\npie,x,\n")
    else:
        rows = [{"name": "soup", "day": "2026-01-01", "price": 4.5}]
        rows += [{"name": "cake", "day": "2026-01-01"}, {"name": "", "day": "x"}]
        lines = list(map(json.dumps, rows))
        path.write_text("\n".join(lines) if suffix == ".jsonl" else f"[{','.join(lines)}]")
    planted = plant(tables, Seed("demo", DISHES, path))
    assert counts(planted) == (2, 0, 0, 1)
    (rejected,) = planted.rejected
    assert (
        rejected.source
        == {
            ".csv": "dishes.csv:4",
            ".json": "dishes.json[2]",
            ".jsonl": "dishes.jsonl:3",
        }[suffix]
    )
    assert rejected.problem.startswith("a value for 'day' does not fit")
    assert tables.repository(DISHES).get(SOUP.id) == SOUP.model_copy(update={"tags": set()})
    assert counts(plant(tables, Seed("demo", DISHES, path))) == (0, 0, 2, 1)


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_number_is_not_taken_for_a_day(tables: OpenTables, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"dishes{suffix}"
    path.write_text("name,day\nsoup,0\n" if suffix == ".csv" else '[{"name": "soup", "day": 0}]')
    (rejected,) = plant(tables, Seed("demo", DISHES, path)).rejected
    assert rejected.problem == "a value for 'day' does not fit: write it as 2025-01-15"


def test_file_is_found_beside_the_declaration() -> None:
    seed = Seed("demo", DISHES, Path("dishes.csv"))
    assert seed.path == Path(__file__).with_name("dishes.csv")


def test_file_that_is_not_there_is_an_operators_matter(tables: OpenTables, tmp_path: Path) -> None:
    with pytest.raises(NeedsOperator, match="No such file"):
        plant(tables, Seed("demo", DISHES, tmp_path / "none.csv"))


@pytest.mark.parametrize(("text", "line"), [("{}", 1), ("[\n1,]", 2)])
def test_file_that_is_no_list_is_refused(
    tables: OpenTables, tmp_path: Path, text: str, line: int
) -> None:
    path = tmp_path / "dishes.json"
    path.write_text(text)
    with pytest.raises(InvalidCall) as refused:
        plant(tables, Seed("demo", DISHES, path))
    assert refused.value.where.note == f"file {path}, line {line}"


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        (Path("a.xml"), "its file is none of .csv, .json, .jsonl"),
        (3, "its items are no list, no function and no path"),
    ],
)
def test_seed_without_items_is_refused(items: Any, problem: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        Seed("demo", DISHES, items)
    assert problem in refused.value.what
    assert __file__ in refused.value.where.note


def test_sets_are_those_of_the_stage() -> None:
    demo = Seed("demo", DISHES, [SOUP], stages=("dev",))
    more = Seed("demo", STOCK, [], stages=("dev", "beta"))
    base = Seed("base", DISHES, [CAKE])
    seeds: list[Seed[Any]] = [demo, more, base]
    assert seeds_of_stage(seeds, "") == seeds
    assert seeds_of_stage(seeds, "dev") == seeds
    assert seeds_of_stage(seeds, "beta") == [more, base]
    assert seeds_of_stage(seeds, "prod") == [base]
    assert seeds_of_stage(seeds, "dev", ["base"]) == [base]
    with pytest.raises(InvalidCall, match="not for the stage 'prod'"):
        seeds_of_stage(seeds, "prod", ["demo"])
    with pytest.raises(InvalidCall, match="no set 'dmeo'"):
        seeds_of_stage(seeds, "dev", ["dmeo"])
