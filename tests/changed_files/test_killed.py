"""A change that is killed at any statement is gone on with, and ends as if it had not been."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from tests.changed_files.files import (
    TABLE,
    Files,
    Plain,
    answers,
    apply,
    change_to,
    declared,
    inspected,
    layer_of,
    opened,
    statements,
)
from tests.changed_files.killed import in_child, kind_of, points_of
from tests.soak import share
from trueup import Layer, Table
from trueup.schema.changes import AddTable, Change, DropTable

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals"),
    pytest.mark.soak,
]

FIRST = ("ByAmount", "ByStatus")
CHANGES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "indexes and another expiry": (("ByDigest", "ByItem", "ByStatus"), "gone"),
    "an index less and no expiry": (("ByStatus",), None),
}


NEW_KEY = Layer("things", target="dynamodb", tables=[Table(TABLE, Plain, partition="owner")])


@pytest.mark.case("S7")
@pytest.mark.parametrize("name", CHANGES)
def test_killed_change_is_gone_on_with(tmp_path: Path, files: Files, name: str) -> None:
    indexes, ttl = CHANGES[name]
    layer = layer_of(*indexes, ttl=ttl)
    whole = files.copy(tmp_path / "whole.db", *FIRST, ttl="until")
    points = points_of(partial(change_to, whole, layer), tmp_path / "points")
    expected = statements(tmp_path / "whole.db")
    for number, _ in share(list(enumerate(points, 1)), lambda point: kind_of(point[1])):
        path = tmp_path / f"{number}.db"
        url = files.copy(path, *FIRST, ttl="until")
        assert in_child(partial(change_to, url, layer), last=number)
        change_to(url, layer)
        assert statements(path) == expected
        assert answers(url, layer) == files.answers(*indexes, ttl=ttl)


def drop(url: str, kept: str, *, is_replaced: bool) -> None:
    """Drop the table, with a copy, or replace it by one without a sort key; what is done already
    is left out."""
    with opened(url, NEW_KEY) as tables:
        live = inspected(tables)
        wanted = declared(tables)[TABLE]
        changes: list[Change] = []
        if TABLE in live and (live[TABLE].schema.sort or not is_replaced):
            changes.append(DropTable(live[TABLE].schema, kept))
        if is_replaced and (changes or TABLE not in live):
            changes.append(AddTable(wanted))
        apply(tables, changes)


@pytest.mark.parametrize("is_replaced", [False, True])
def test_killed_drop_leaves_the_table_or_its_copy(
    tmp_path: Path, files: Files, is_replaced: bool
) -> None:
    whole = files.copy(tmp_path / "whole.db")
    points = points_of(partial(drop, whole, "kept", is_replaced=is_replaced), tmp_path / "points")
    assert "os.rename" in points
    for number, _ in share(list(enumerate(points, 1)), lambda point: kind_of(point[1])):
        path = tmp_path / f"{number}.db"
        url = files.copy(path)
        assert in_child(partial(drop, url, "kept", is_replaced=is_replaced), last=number)
        drop(url, "kept", is_replaced=is_replaced)
        copy = path.with_name(f"{number}.kept.db")
        assert answers(f"sqlite:///{copy}", layer_of()) == files.answers()
        with opened(url, NEW_KEY) as tables:
            live = inspected(tables)
            assert [(name, table.items) for name, table in live.items()] == (
                [(TABLE, 0)] if is_replaced else []
            )
