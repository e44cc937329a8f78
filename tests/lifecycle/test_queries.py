"""What `trueup query` reads, on real databases: every page, unreadable items, expired ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import trueup
from trueup import ExpiresAt, Index, InvalidCall, Layer, Model, NeedsOperator, Table
from trueup.engines.open_tables import OpenTables, open_tables, unopened_layer
from trueup.errors import ErrorCode
from trueup.lifecycle.queries import Found, ask, count, explain
from trueup.lifecycle.questions import Wanted
from trueup.testing.cleanup import drop_tables

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Score(Model):
    name: str
    day: int
    group: str = "g"
    points: int = 0
    note: str = ""
    won_on: date | None = None
    until: ExpiresAt | None = None


class AnyScore(Model):
    """The same table as another program sees it."""

    name: str
    day: int
    group: str = "g"
    points: str | int = 0
    colour: str | None = None
    won_on: str | None = None
    until: ExpiresAt | None = None


_INDEXES = [
    Index("ByGroup", partition="group", sort="day", shards=3),
    Index("Short", partition="group", sort="day", projection=["points", "won_on"]),
]
SCORES = Table("Scores", Score, partition="name", sort="day", indexes=_INDEXES)
OTHERS = Table("Scores", AnyScore, partition="name", sort="day", indexes=_INDEXES)


class Piece(Model):
    board: str
    square: str


class Rook(Piece):
    moved: bool = False


class Pawn(Piece):
    steps: int = 0


PIECES = Table("Pieces", Piece, partition="board", sort="square", entities=[Rook, Pawn])
LAYER = Layer("game", target="dynamodb", tables=[SCORES, PIECES])
OTHER_LAYER = Layer("game", target="dynamodb", tables=[OTHERS])

Opening = Callable[[Layer], AbstractContextManager[OpenTables]]


@pytest.fixture(params=["sqlite", "dynamodb"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    prefix = f"trueup-query-{uuid4().hex[:8]}-"
    url = f"sqlite:///{tmp_path}/game.db"
    if request.param == "dynamodb":
        url = request.getfixturevalue("dynamodb_url")

    @contextmanager
    def opened(layer: Layer) -> Iterator[OpenTables]:
        names = f"{prefix}{{table}}"
        with trueup.connect(url, layer, table_names=names) as db:
            db.create_tables()
        with open_tables(url, layer, clock=NOW.timestamp, table_names=names) as tables:
            yield tables

    yield opened
    if request.param == "dynamodb":
        drop_tables(url, prefix)


def found(tables: OpenTables, *conditions: str, **options: Any) -> list[Found]:
    return list(ask(tables, SCORES, Wanted(conditions, **options)))


def days(found: list[Found]) -> list[Any]:
    return [one.item["day"] for one in found]


def test_every_page_is_read_unless_there_is_a_limit(opening: Opening) -> None:
    with opening(LAYER) as tables:
        scores = [Score(name="ada", day=day, note="x" * 15_000) for day in range(150)]  # 2.3 MB
        tables.repository(SCORES).put_many(scores)
        assert days(found(tables, "name=ada")) == list(range(150))
        assert days(found(tables, "name=ada", "day>100", reverse=True, limit=2)) == [149, 148]
        assert days(found(tables, "group=g", "day<3", index="ByGroup")) == [0, 1, 2]
        assert count(tables, SCORES, Wanted(["name=ada", "day>=100"])) == 50


def test_one_item_by_its_key_and_none(opening: Opening) -> None:
    with opening(LAYER) as tables:
        tables.repository(SCORES).put(Score(name="ada", day=1, points=3))
        (one,) = found(tables, "name=ada", "day=1")
        assert one == Found({"name": "ada", "day": 1, "group": "g", "points": 3, "note": ""})
        assert found(tables, "name=ada", "day=2") == []
        assert count(tables, SCORES, Wanted(["name=ada", "day=1"])) == 1


def test_unreadable_item_hides_no_other(opening: Opening) -> None:
    with opening(OTHER_LAYER) as tables:
        others = [AnyScore(name="ada", day=day, points=day) for day in range(5)]
        others[2].points = "many"
        others[3].colour = "red"
        tables.repository(OTHERS).put_many(others)
    with opening(LAYER) as tables:
        answer = found(tables, "name=ada")
        assert days(answer) == [0, 1, 2, 3, 4]
        assert [one.problem for one in answer if one.problem] == [
            "a stored item cannot be read as Score: points (int_parsing)"
        ]
        assert answer[2].item["points"] == "many"
        assert list(answer[3].item) == ["name", "day", "group", "points", "colour"]
        assert [one.problem for one in found(tables, "name=ada", "day=2")] == [answer[2].problem]


def test_index_that_holds_a_part_shows_it(opening: Opening) -> None:
    with opening(OTHER_LAYER) as tables:
        tables.repository(OTHERS).put(AnyScore(name="ada", day=1, points="many", colour="red"))
        tables.repository(OTHERS).put(AnyScore(name="ada", day=2, won_on="2026-01-01"))
    with opening(LAYER) as tables:
        answer = found(tables, "group=g", index="Short")
        assert [one.problem for one in answer] == ["its points cannot be read as Score's", ""]
        assert set(answer[1].item) >= {"group", "day", "name", "points"}


@pytest.mark.req("IT11")
def test_expired_item_is_absent_unless_it_is_asked_for(opening: Opening) -> None:
    with opening(LAYER) as tables:
        tables.repository(SCORES).put(Score(name="ada", day=1, until=NOW))
        tables.repository(SCORES).put(Score(name="ada", day=2))
        assert days(found(tables, "name=ada")) == [2]
        assert found(tables, "name=ada", "day=1") == []
        assert days(found(tables, "name=ada", include_expired=True)) == [1, 2]
        assert days(found(tables, is_scan=True)) == [2]


def test_one_entity_of_a_shared_table(opening: Opening) -> None:
    def squares(*conditions: str, **options: Any) -> list[Any]:
        answer = ask(tables, PIECES, Wanted(conditions, **options))
        return [one.item["square"] for one in answer]

    with opening(LAYER) as tables:
        rook, pawn = Rook(board="b", square="a1"), Pawn(board="b", square="a2", steps=2)
        tables.repository(PIECES).put_many([rook, pawn])
        assert squares("board=b") == ["a1", "a2"]
        assert squares("board=b", "entity=Pawn", "steps>1") == ["a2"]
        assert squares("board=b", "square=a1", "entity=Pawn") == []
        assert squares("board=b", "square=a1", "entity=Rook") == ["a1"]
        assert squares("entity=Rook", is_scan=True) == ["a1"]
        (one,) = ask(tables, PIECES, Wanted(["board=b", "square=a2"]))
        assert list(one.item) == ["entity", "board", "square", "steps"]
        with pytest.raises(InvalidCall, match="no entity 'Pwan'"):
            squares("board=b", "entity=Pwan")


def test_table_that_is_not_there_is_said(opening: Opening, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    with open_tables(url, LAYER) as tables, pytest.raises(NeedsOperator) as refused:
        found(tables, "name=ada")
    assert refused.value.code is ErrorCode.TABLE_NOT_FOUND


def test_explained_requests_are_those_of_every_shard() -> None:
    open_layer = unopened_layer("dynamodb://eu-west-1", LAYER)
    shards = explain(open_layer, SCORES, Wanted(["group=g"], index="ByGroup"))
    assert [request.action for request in shards] == ["Query"] * 3
    (get,) = explain(open_layer, SCORES, Wanted(["name=ada", "day=1"]))
    assert get.action == "GetItem"
    (scan,) = explain(open_layer, SCORES, Wanted(is_scan=True))
    assert scan.action == "Scan"
