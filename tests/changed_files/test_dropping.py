"""A table is dropped: with a copy of the file before it, or not at all."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.changed_files.files import (
    ITEMS,
    TABLE,
    Files,
    answers,
    apply,
    create,
    declared,
    inspected,
    layer_of,
    opened,
    perform,
    steps_of,
    write,
)
from trueup.engines.open_tables import OpenTables
from trueup.errors import ErrorCode
from trueup.schema.changes import AddTable, Change, DropTable
from trueup.testing.suite.harness.refusals import refused


def drop_of(tables: OpenTables, backup: str = "") -> DropTable:
    return DropTable(inspected(tables)[TABLE].schema, backup)


def test_copy_has_what_the_file_had(url: str, path: Path, files: Files) -> None:
    with opened(url, layer_of()) as tables:
        (step,) = steps_of(tables, [drop_of(tables, "before-7-Things")])
        copy = path.with_name("things.before-7-Things.db")
        assert step.comment == (
            f"copy the file to {copy}, then drop Things and its items; restore all its tables, "
            f"while nobody has it open, by: mv {copy} {path}"
        )
        (progress,) = perform(tables, step)
        assert progress.note == f"a copy of the file is {copy}"
        assert inspected(tables) == {}
    assert answers(f"sqlite:///{copy}", layer_of()) == files.answers()
    assert copy.stat().st_mode & 0o777 == 0o600


def test_command_of_the_step_restores_the_file(url: str, path: Path, files: Files) -> None:
    with opened(url, layer_of()) as tables:
        (step,) = steps_of(tables, [drop_of(tables, "it's kept")])
        list(perform(tables, step))
    subprocess.run(step.comment.partition(" by: ")[2], shell=True, check=True)  # ours
    assert answers(url, layer_of()) == files.answers()


def test_copy_has_what_was_written_last(url: str, path: Path) -> None:
    """The log is not in the file yet."""
    with opened(url, layer_of()) as writer, opened(url, layer_of()) as tables:
        write(writer, 1, first=9_999)
        apply(tables, [drop_of(tables, "last")])
    with closing(sqlite3.connect(path.with_name("things.last.db"))) as copy:
        assert copy.execute("SELECT count(*) FROM Things").fetchone() == (ITEMS + 1,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_copy_is_on_the_disk_before_it_has_its_name(
    url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a power failure would show it otherwise: what is synced, and when, is listened to."""
    told: list[int] = []
    sync, name_it = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        told.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    def named(before: str, after: Path) -> None:
        told.append(0)
        name_it(before, after)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", named)
    with opened(url, layer_of()) as tables:
        apply(tables, [drop_of(tables, "first")])
    copy = path.with_name("things.first.db")
    assert told == [copy.stat().st_ino, 0, copy.parent.stat().st_ino]


def test_repeated_drop_keeps_the_copy(url: str, path: Path, files: Files) -> None:
    with opened(url, layer_of()) as tables:
        (step,) = steps_of(tables, [drop_of(tables, "first")])
        list(perform(tables, step))
        (again,) = perform(tables, step)
    assert again.is_done
    assert again.note == ""
    assert answers(f"sqlite:///{path.with_name('things.first.db')}", layer_of()) == files.answers()


def test_copy_that_was_interrupted_is_replaced(url: str, path: Path, files: Files) -> None:
    path.with_name("things.first.db").write_bytes(b"half of a copy")
    with opened(url, layer_of()) as tables:
        apply(tables, [drop_of(tables, "first")])
    assert answers(f"sqlite:///{path.with_name('things.first.db')}", layer_of()) == files.answers()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_without_a_copy_nothing_is_dropped_by_a_user_who_may_not_write(
    url: str, path: Path
) -> None:
    with opened(url, layer_of()) as tables:
        path.parent.chmod(0o500)
        try:
            with refused(ErrorCode.CANNOT_OPEN):
                apply(tables, [drop_of(tables, "first")])
        finally:
            path.parent.chmod(0o700)
        assert list(inspected(tables)) == [TABLE]


def test_without_a_copy_nothing_is_dropped(url: str, path: Path) -> None:
    path.with_name("things.first.db").mkdir()
    with opened(url, layer_of()) as tables:
        with refused(ErrorCode.CANNOT_OPEN) as refusal:
            apply(tables, [drop_of(tables, "first")])
        assert refusal.says("nothing was dropped")
        assert inspected(tables)[TABLE].items == ITEMS
    assert not list(path.parent.glob("trueup-*"))


def test_database_in_memory_says_that_there_is_no_copy() -> None:
    with opened("sqlite://", layer_of()) as tables:
        create(tables)
        (step,) = steps_of(tables, [drop_of(tables, "first")])
        assert step.comment == (
            "drop Things and its items; there is no copy of a database in memory"
        )
        assert [progress.note for progress in perform(tables, step)] == [""]


def test_table_that_is_made_anew_is_another_one(url: str) -> None:
    with opened(url, layer_of()) as tables:
        first = inspected(tables)[TABLE].identity
        replaced: Sequence[Change] = [drop_of(tables), AddTable(declared(tables)[TABLE])]
        steps = steps_of(tables, replaced)
        assert [step.comment for step in steps] == ["drop Things and its items", "create Things"]
        apply(tables, replaced)
        second = inspected(tables)[TABLE]
    assert second.items == 0
    assert second.identity != first


@pytest.mark.parametrize(
    "harmless",
    [
        lambda file: file.execute("VACUUM"),
        lambda file: file.execute("ANALYZE"),
        lambda file: file.execute("REINDEX"),
    ],
    ids=["vacuum", "analyze", "reindex"],
)
def test_table_stays_the_same_one(
    url: str, path: Path, harmless: Callable[[sqlite3.Connection], object]
) -> None:
    with opened(url, layer_of()) as tables:
        apply(tables, [drop_of(tables), AddTable(declared(tables)[TABLE])])
        before = inspected(tables)
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            harmless(file)
        assert inspected(tables) == before
        write(tables, 1)


def test_source_is_the_file(url: str, path: Path) -> None:
    with opened(url, layer_of()) as tables:
        assert inspected(tables)[TABLE].schema.source == str(path)
    with opened("sqlite://", layer_of()) as tables:
        create(tables)
        assert inspected(tables)[TABLE].schema.source == "memory"
