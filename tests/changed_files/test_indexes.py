"""An index of a table with items: filled in batches, made when all are filled, undone, resumed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from tests.changed_files.files import (
    ITEMS,
    Files,
    Plain,
    answers,
    apply,
    change_to,
    changes_of,
    declared,
    layer_of,
    layer_with,
    opened,
    perform,
    statements,
    steps_of,
    things,
    values,
    write,
)
from trueup import Index, Layer
from trueup.schema.changes import DropIndex


@pytest.mark.case("S7")
@pytest.mark.parametrize("name", ["ByStatus", "ByAmount", "ByDigest", "ByItem", "ByBoth"])
def test_new_index_finds_the_items_that_were_there(url: str, files: Files, name: str) -> None:
    before = answers(url, layer_of())[""]
    change_to(url, layer_of(name))
    assert answers(url, layer_of(name)) == files.answers(name)
    assert answers(url, layer_of(name))[""] == before


def test_batches_say_how_far_they_are(url: str) -> None:
    notes = [progress.note for progress in change_to(url, layer_of("ByStatus"))]
    assert notes == ["100 of 230 items", "200 of 230 items", "230 of 230 items"]


def test_index_of_columns_that_are_there_is_made_at_once(url: str) -> None:
    (progress,) = change_to(url, layer_of("Reverse"))
    assert progress.note == ""


@pytest.mark.parametrize("name", ["ByStatus", "ByItem", "ByBoth"])
def test_changed_file_has_the_columns_of_a_new_one(
    url: str, path: Path, files: Files, name: str
) -> None:
    change_to(url, layer_of(name, ttl="until"))
    files.copy(path.with_name("fresh.db"), name, ttl="until")
    assert statements(path) == statements(path.with_name("fresh.db"))


def test_dropped_index_takes_its_columns_with_it(url: str, path: Path, files: Files) -> None:
    before = statements(path)
    change_to(url, layer_of("ByItem", "ByStatus"))
    change_to(url, layer_of("ByStatus"))
    assert answers(url, layer_of("ByStatus")) == files.answers("ByStatus")
    change_to(url, layer_of())
    assert statements(path) == before


def test_changed_index_answers_by_its_new_key(url: str, files: Files) -> None:
    other = Index("ByStatus", partition="item", sort="amount")
    change_to(url, layer_of("ByStatus"))
    change_to(url, layer_with([other]))
    found = answers(url, layer_with([other]))
    change_to(url, layer_of("ByStatus"))
    assert answers(url, layer_of("ByStatus")) == files.answers("ByStatus")
    assert len(found["ByStatus"]) == sum(1 for at in range(ITEMS) if at % 2 and at % 5)


def interrupted(url: str, layer: Layer) -> None:
    """Begin to change a file, and stop after the first batch."""
    with opened(url, layer) as tables:
        (step,) = steps_of(tables, changes_of(tables))
        progress = next(perform(tables, step))
        assert not progress.is_done


def test_unfinished_index_is_shown_and_finished(url: str, files: Files) -> None:
    interrupted(url, layer_of("ByStatus"))
    with opened(url, layer_of("ByStatus")) as tables:
        (change,) = changes_of(tables)
        assert str(change) == "index ByStatus is (unfinished), not (status S; number N)"
        notes = [progress.note for progress in apply(tables, [change])]
    assert notes == ["200 of 230 items", "230 of 230 items"]
    assert answers(url, layer_of("ByStatus")) == files.answers("ByStatus")


def test_unfinished_index_is_undone_by_the_layer_before(url: str, path: Path) -> None:
    before = statements(path)
    interrupted(url, layer_of("ByStatus"))
    change_to(url, layer_of())
    assert statements(path) == before


def test_other_index_restarts_what_is_unfinished(url: str, files: Files) -> None:
    interrupted(url, layer_of("ByStatus"))
    change_to(url, layer_of("ByAmount", "ByStatus"))
    assert answers(url, layer_of("ByAmount", "ByStatus")) == files.answers("ByAmount", "ByStatus")


def test_items_written_while_an_index_is_filled_are_in_it(
    url: str, path: Path, files: Files
) -> None:
    """The layer that knows the index writes, before and after the rows that are filled."""
    with opened(url, layer_of("ByStatus")) as tables:
        (step,) = steps_of(tables, changes_of(tables))
        for number, _ in enumerate(perform(tables, step)):
            write(tables, 50, ITEMS + 50 * number)
            things(tables).delete(values(number)["owner"], values(number)["number"])
    found = answers(url, layer_of("ByStatus"))
    fresh = files.copy(path.with_name("fresh.db"), "ByStatus")
    with opened(fresh, layer_of("ByStatus")) as tables:
        write(tables, 150, ITEMS)
        for number in range(3):
            things(tables).delete(values(number)["owner"], values(number)["number"])
    assert found == answers(fresh, layer_of("ByStatus"))


def test_items_that_cannot_be_in_an_index_are_counted(url: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.executemany(
            "UPDATE Things SET item = ? WHERE rowid = ?",
            [
                (f'{{"owner":"o{at}","number":{at}{rest}', at)
                for at, rest in [(1, ',"status":7}'), (2, ',"status":""}'), (3, ",damaged")]
            ],
        )
        file.commit()
    assert change_to(url, layer_of("ByStatus"))[-1].note == "230 of 230 items, 3 left out"


def test_column_that_others_made_is_kept_under_another_name(
    url: str, path: Path, files: Files
) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("ALTER TABLE Things ADD COLUMN status TEXT DEFAULT 'mine'")
        file.commit()
    change_to(url, layer_of("ByStatus"))
    assert answers(url, layer_of("ByStatus")) == files.answers("ByStatus")
    with closing(sqlite3.connect(path)) as file:
        assert file.execute('SELECT DISTINCT "status:unused" FROM Things').fetchall()[0] == (
            "mine",
        )


def test_column_that_others_use_is_kept_under_another_name(url: str, path: Path) -> None:
    change_to(url, layer_of("ByStatus"))
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE VIEW open AS SELECT * FROM Things WHERE status = 'open'")
        file.execute("CREATE INDEX mine ON Things (status)")
        file.commit()
    with opened(url, layer_of()) as tables:
        apply(tables, [change for change in changes_of(tables) if "ByStatus" in str(change)])
        things(tables).put(Plain(owner="new", number=Decimal(1)))
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM open").fetchone()[0] > 0


def test_steps_can_be_repeated(url: str) -> None:
    with opened(url, layer_of("ByStatus")) as tables:
        (step,) = steps_of(tables, changes_of(tables))
        list(perform(tables, step))
        assert [progress.is_done for progress in perform(tables, step)] == [True]
        assert changes_of(tables) == []
        (undo,) = steps_of(
            tables, [DropIndex(one, one.indexes["ByStatus"]) for one in declared(tables).values()]
        )
        assert [reply.is_done for _ in range(2) for reply in perform(tables, undo)] == [True, True]


def test_estimate_says_how_many_items_are_read(url: str) -> None:
    with opened(url, layer_of("ByStatus")) as tables:
        (step,) = steps_of(tables, changes_of(tables))
    assert step.estimate == "230 items are read, a batch in each transaction: about 1 s"
