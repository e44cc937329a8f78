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


def test_it_is_refused_for_asyncio_too() -> None:
    layer = Layer("shop", target="sqlite", tables=TWINS)
    with refused(UnsupportedByEngine) as refusal:
        asyncio.run(trueup.connect_async("sqlite://", layer))
    assert refusal.says("NOTES and Notes are one name")


def test_every_target_of_a_layer_is_an_engine() -> None:
    assert set(get_args(Target)) == set(ENGINES)
