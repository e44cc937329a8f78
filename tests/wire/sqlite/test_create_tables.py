"""create_tables on files: what a file that is only read allows, and processes that race."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import trueup
from trueup import ErrorCode, Layer
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE, TEXTS

BOTH = Layer("both", target="dynamodb", tables=[PEOPLE, TEXTS])
ONE = Layer("one", target="dynamodb", tables=[PEOPLE])


def create(path: Path, layer: Layer, mode: str = "") -> None:
    with trueup.connect(f"sqlite:///{path}{mode}", layer) as db:
        db.create_tables()


def test_tables_that_are_there_are_only_read(tmp_path: Path) -> None:
    create(tmp_path / "shop.db", ONE)
    create(tmp_path / "shop.db", ONE, "?mode=ro")


def test_missing_table_is_not_made_in_a_file_that_is_only_read(tmp_path: Path) -> None:
    create(tmp_path / "shop.db", ONE)
    with refused(ErrorCode.READ_ONLY):
        create(tmp_path / "shop.db", BOTH, "?mode=ro")


@pytest.mark.parametrize("number", range(5))
def test_creators_that_race_agree(tmp_path: Path, number: int) -> None:
    layers = [BOTH, ONE] * 4
    with ThreadPoolExecutor(len(layers)) as threads:
        done = [threads.submit(create, tmp_path / f"{number}.db", layer) for layer in layers]
        for future in done:
            future.result()
    with trueup.connect(f"sqlite:///{tmp_path / f'{number}.db'}", BOTH) as db:
        assert db.repository(TEXTS).scan().all() == []
