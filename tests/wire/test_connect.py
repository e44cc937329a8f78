"""Opening: an engine that cannot hold a layer refuses it before anything is made."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, get_args

import pytest

import trueup
from trueup import (
    DeclarationError,
    Index,
    Layer,
    Model,
    Table,
    UnsupportedByEngine,
    name_from_environment,
)
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
OTHERS = [NOTES, Table("Others", Note, partition="id")]


@pytest.mark.fault("F2")
@pytest.mark.parametrize(
    ("tables", "table_names", "says"),
    [
        (TWINS, "{table}", "NOTES and Notes are one name in SQLite"),
        (OTHERS, "dev-x", "table 'Others': it is called 'dev-x' in the database"),
        (OTHERS, "dev:{table}", "'dev:Others', has other characters than letters"),
        (OTHERS, "x" * 250 + "{table}", "has 256 characters; dynamodb takes 3 to 255"),
        ([Table("T", Note, partition="id")], "{table}", "'T', has 1 characters"),
    ],
)
def test_layer_that_an_engine_cannot_hold_is_refused_before_a_file_is_made(
    tmp_path: Path, tables: list[Table[Any]], table_names: str, says: str
) -> None:
    layer = Layer("shop", target="dynamodb", tables=tables)
    file = tmp_path / "shop.db"
    with refused(UnsupportedByEngine) as refusal:
        trueup.connect(f"sqlite:///{file}", layer, table_names=table_names)
    assert refusal.says(says, *(table.declared_at for table in tables[-1:]))
    assert not file.exists()


@pytest.mark.fault("F2")
def test_two_tables_of_one_name_are_refused_on_dynamodb_naming_both() -> None:
    layer = Layer("shop", target="dynamodb", tables=OTHERS)
    with refused(UnsupportedByEngine) as refusal:
        trueup.connect("dynamodb://localhost:1?region=eu-west-1", layer, table_names="dev-x")
    assert refusal.says("'Others'", "'Notes'", *(table.declared_at for table in OTHERS))


@pytest.mark.fault("F2")
def test_name_from_the_environment_is_refused_if_another_table_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = name_from_environment("OTHERS", default="Others")
    tables = [NOTES, Table("Others", Note, partition="id", physical=named)]
    layer = Layer("shop", target="sqlite", tables=tables)
    trueup.connect("sqlite://", layer).close()
    monkeypatch.setenv("OTHERS", "Notes")
    with refused(UnsupportedByEngine):
        trueup.connect("sqlite://", layer)


@pytest.mark.fault("F11")
def test_what_dynamodb_cannot_hold_is_refused_there_if_the_target_is_another() -> None:
    table = Table("T", Note, partition="id", indexes=[Index("ByN", "id", "n", local=True)])
    layer = Layer("shop", target="sqlite", tables=[table])
    trueup.connect("sqlite://", layer).close()
    with refused(UnsupportedByEngine) as refusal:
        trueup.connect("dynamodb://localhost:1?region=eu-west-1", layer)
    assert refusal.says(table.declared_at, "'T', has 1 characters", "'ByN' is local")


@pytest.mark.parametrize(("target", "refuses"), [("dynamodb", True), ("sqlite", False)])
@pytest.mark.parametrize(("partition", "sort"), [("abcde", "n"), ("a", "bcden")])
def test_index_of_five_fields_is_refused_for_dynamodb_only(
    target: Target, refuses: bool, partition: str, sort: str
) -> None:
    index = Index("ByAll", partition=list(partition), sort=list(sort))
    table = Table("Tiles", Tile, partition="id", indexes=[index])
    if not refuses:
        layer = Layer("shop", target=target, tables=[table])
        with trueup.connect("sqlite://", layer) as db:
            db.create_tables()
            tiles = db.repository(table)
            tiles.put(Tile(id="1"))
            assert tiles.query(tuple(partition), index="ByAll").all() == [Tile(id="1")]
        return
    with refused(DeclarationError) as refusal:
        Layer("shop", target=target, tables=[table])
    fields = "partition" if len(partition) == 5 else "sort"
    assert refusal.says(f"index 'ByAll' has 5 {fields} fields; dynamodb has at most 4")
    assert refusal.says(f"{table.declared_at}: table 'Tiles'")


def test_it_is_refused_for_asyncio_too() -> None:
    layer = Layer("shop", target="sqlite", tables=TWINS)
    with refused(UnsupportedByEngine) as refusal:
        asyncio.run(trueup.connect_async("sqlite://", layer))
    assert refusal.says("NOTES and Notes are one name")


def test_every_target_of_a_layer_is_an_engine() -> None:
    assert set(get_args(Target)) == set(ENGINES.values())
