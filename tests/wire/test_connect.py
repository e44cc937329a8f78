"""Opening: an engine that cannot hold a layer refuses it before anything is made."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, get_args

import pytest

import trueup
from trueup import Index, Layer, Model, Table, UnsupportedByEngine
from trueup.engines.connect import ENGINES
from trueup.model.declarations.layer import Target
from trueup.testing.suite.harness.refusals import refused


class Note(Model):
    id: str
    n: int = 0


class Tile(Model):
    id: str
    a: str = "a"
    b: str = "b"
    c: str = "c"
    d: str = "d"
    e: str = "e"
    n: int = 0


NOTES = Table("Notes", Note, partition="id")
TWINS = [NOTES, Table("NOTES", Note, partition="id")]
WIDE = [Table("Wide", Note, partition="id", indexes=[Index(f"I{n}", "n") for n in range(21)])]


@pytest.mark.parametrize(("tables", "says"), [(TWINS, "one name in SQLite"), (WIDE, "21 indexes")])
def test_layer_that_an_engine_cannot_hold_is_refused_before_a_file_is_made(
    tmp_path: Path, tables: list[Table[Any]], says: str
) -> None:
    layer = Layer("shop", target="dynamodb", tables=tables)
    file = tmp_path / "shop.db"
    with refused(UnsupportedByEngine) as refusal:
        trueup.connect(f"sqlite:///{file}", layer)
    assert refusal.says(says)
    assert not file.exists()


@pytest.mark.parametrize(("target", "refuses"), [("dynamodb", True), ("sqlite", False)])
@pytest.mark.parametrize(("partition", "sort"), [("abcde", "n"), ("a", "bcden")])
def test_index_of_five_fields_is_refused_for_dynamodb_only(
    target: Target, refuses: bool, partition: str, sort: str
) -> None:
    index = Index("ByAll", partition=list(partition), sort=list(sort))
    table = Table("Tiles", Tile, partition="id", indexes=[index])
    layer = Layer("shop", target=target, tables=[table])
    if not refuses:
        with trueup.connect("sqlite://", layer) as db:
            db.create_tables()
            tiles = db.repository(table)
            tiles.put(Tile(id="1"))
            assert tiles.query(tuple(partition), index="ByAll").all() == [Tile(id="1")]
        return
    with refused(UnsupportedByEngine) as refusal:
        trueup.connect("sqlite://", layer)
    fields = "partition" if len(partition) == 5 else "sort"
    assert refusal.says(f"index 'ByAll' has 5 {fields} fields; dynamodb has at most 4")
    assert refusal.says(f"{table.declared_at}: table 'Tiles'")


def test_it_is_refused_for_asyncio_too() -> None:
    layer = Layer("shop", target="sqlite", tables=TWINS)
    with refused(UnsupportedByEngine) as refusal:
        asyncio.run(trueup.connect_async("sqlite://", layer))
    assert refusal.says("NOTES and Notes are one name")


def test_every_target_of_a_layer_is_an_engine() -> None:
    assert set(get_args(Target)) == set(ENGINES)
