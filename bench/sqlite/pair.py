"""Both sides on fresh files, and the refusal to measure them where they do not do the same work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trueup.engines.sqlite.limits import BATCH_ITEMS

from ..values import make_values
from .sides import RawSide, Side, TrueupSide

STORED = 1000
"""Items in the partition that is read: one page of a query."""


class Unequal(Exception):
    """The two sides do not do the same work; what is measured would be no comparison."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two sides, ready to be measured."""

    trueup: TrueupSide
    raw: RawSide


@contextmanager
def open_pair(folder: Path) -> Iterator[Pair]:
    """Both sides with the same items stored, each in a new file of `folder`.

    Raises Unequal where settings or the values read differ.
    """
    ours = TrueupSide(folder / "trueup.db")
    with closing(ours):
        raw = RawSide(folder / "raw.db", ours.sql(), BATCH_ITEMS)
        with closing(raw):
            for side in (ours, raw):
                side.put_many([make_values(number) for number in range(STORED)])
            check_settings(raw, folder)
            check_values(ours, raw)
            yield Pair(ours, raw)


def check_settings(raw: RawSide, folder: Path) -> None:
    """Raises Unequal where the files differ in a setting that decides what a commit costs."""
    with closing(sqlite3.connect(folder / "trueup.db")) as connection:
        for name in ("journal_mode", "page_size"):
            pair = [_setting(one, name) for one in (connection, raw.connection)]
            if pair[0] != pair[1]:
                raise Unequal(f"{name} is {pair[0]} for Trueup and {pair[1]} for the raw side")


def check_values(ours: Side, raw: Side) -> None:
    """Raises Unequal where one side reads other values than the other."""
    if _dumped(ours.query()) != _dumped(raw.query()):
        raise Unequal("a query gives different values")
    for sk in ("order#0000000000", "order#0000000999", "absent"):
        if _dumped([ours.get(sk)]) != _dumped([raw.get(sk)]):
            raise Unequal(f"a get of {sk} gives different values")


def _setting(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def _dumped(models: Sequence[Any]) -> list[Any]:
    return [model and model.model_dump() for model in models]
