"""Migrations go up and down, each with its row of the history, or leave nothing behind."""

from __future__ import annotations

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.errors import Blocked, ErrorCode, InvalidCall, TrueupError
from trueup.migrations.events import Batched
from trueup.migrations.history import State

pytestmark = pytest.mark.server

BROKEN = "CREATE TABLE parts (id bigint PRIMARY KEY);\nINSERT INTO nowhere VALUES (1);"


@pytest.mark.req("C4", "C43", "D87")
def test_files_of_sql_change_tables_in_order_and_once(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_priority", "ALTER TABLE jobs ADD COLUMN priority bigint;")
    assert site.up() == ["0001_jobs", "0002_priority"]
    assert site.up() == []
    site.execute("INSERT INTO jobs VALUES (1, 'a', 'new', 5)")
    assert site.query("SELECT priority FROM jobs") == [(5,)]


@pytest.mark.req("D89")
def test_the_history_tells_each_version_with_its_hash_its_time_and_who(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_more", "CREATE TABLE parts (id bigint PRIMARY KEY);", "DROP TABLE parts;")
    site.up()
    first, second = site.history()
    assert [first.version, second.version] == [1, 2]
    assert first.checksum == site.files[0].checksum
    assert (first.state, first.by.endswith("me"), first.at[:2]) == (State.APPLIED, True, "20")
    assert second.chain == site.files[1].chain != second.checksum


@pytest.mark.req("D88", "C46")
def test_the_last_migrations_are_undone_in_the_other_order(site: Site) -> None:
    before = site.objects()
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_index", "CREATE INDEX by_name ON jobs (name);", "DROP INDEX by_name;")
    site.up()
    assert site.down(2) == ["0002_index", "0001_jobs"]
    assert (site.objects(), site.history()) == (before, [])


def test_down_to_a_version_keeps_it(site: Site) -> None:
    for number in range(1, 5):
        name = f"t{number}"
        site.write(
            f"000{number}_{name}", f"CREATE TABLE {name} (id bigint);", f"DROP TABLE {name};"
        )
    site.up()
    assert site.down(to=2) == ["0004_t4", "0003_t3"]
    assert [one.version for one in site.history()] == [1, 2]


def test_a_migration_that_fails_leaves_nothing_behind_and_names_its_line(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_broken", BROKEN)
    with pytest.raises(InvalidCall) as caught:
        site.up()
    assert "migrations/0002_broken.sql:4 (statement 2)" in str(caught.value.where)
    assert "0001_jobs applied before" in str(getattr(caught.value, "__notes__", ""))
    assert [one.name for one in site.history()] == ["0001_jobs"]
    assert not any("parts" in name for name in site.objects())


def test_steps_go_on_after_the_statement_that_failed(site: Site) -> None:
    site.write("0001_steps", f"-- trueup: no-transaction\n{BROKEN}")
    with pytest.raises(InvalidCall):
        site.up()
    (record,) = site.history()
    assert (record.state, record.statements) == (State.APPLYING, 1)
    site.execute("CREATE TABLE nowhere (id bigint)")
    assert site.up() == ["0001_steps"]
    assert site.query("SELECT id FROM nowhere") == [(1,)]


def test_batches_go_over_every_row_once_and_tell_how_far_they_are(site: Site) -> None:
    values = ", ".join(f"({number * 3}, 'n', 'old')" for number in range(25))
    site.write("0001_jobs", f"{JOBS}\nINSERT INTO jobs VALUES {values};")
    site.write(
        "0002_fill",
        "-- trueup: batch jobs by id size 10\nUPDATE jobs SET state = state || '+' WHERE :batch;",
    )
    site.up()
    assert site.query("SELECT DISTINCT state FROM jobs") == [("old+",)]
    assert [event.rows for event in site.events if isinstance(event, Batched)] == [10, 20, 30]


def test_rows_without_a_key_are_not_left_out_in_silence(site: Site) -> None:
    site.write("0001_jobs", "CREATE TABLE jobs (k bigint); INSERT INTO jobs VALUES (NULL);")
    site.write("0002_fill", "-- trueup: batch jobs by k\nUPDATE jobs SET k = 1 WHERE :batch;")
    with pytest.raises(InvalidCall, match="have no k"):
        site.up()


@pytest.mark.req("C81")
def test_a_stage_that_goes_forward_only_refuses_to_go_back_with_its_reason(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.up()
    with pytest.raises(Blocked, match="restored by hand") as caught:
        site.down(1, forward_only="restored by hand")
    assert caught.value.code is ErrorCode.MIGRATION_FORWARD_ONLY
    assert len(site.history()) == 1


def test_a_file_without_a_way_down_says_why_before_anything_is_undone(site: Site) -> None:
    site.write("0001_jobs", JOBS, None, head="-- trueup: forward-only the old rows are gone")
    site.write("0002_index", "CREATE INDEX by_name ON jobs (name);", "DROP INDEX by_name;")
    site.up()
    with pytest.raises(Blocked, match="the old rows are gone"):
        site.down(2)
    assert len(site.history()) == 2


def test_a_statement_that_cannot_be_in_a_transaction_says_what_to_write(site: Site) -> None:
    statement = "CREATE INDEX CONCURRENTLY i ON jobs (name);" if site.is_postgres else "VACUUM;"
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_outside", statement)
    with pytest.raises(TrueupError, match="cannot be in a transaction") as caught:
        site.up()
    assert "-- trueup: no-transaction" in caught.value.fix


def test_rows_that_a_migration_does_not_expect_stop_it(site: Site) -> None:
    site.write("0001_jobs", f"{JOBS}\nINSERT INTO jobs VALUES (-1, 'a', 'new');")
    site.write(
        "0002_ids",
        "-- trueup: expects jobs: id >= 0\nCREATE INDEX by_id ON jobs (id);",
    )
    with pytest.raises(Blocked, match="and 1 rows are not so"):
        site.up()
    site.execute("DELETE FROM jobs")
    assert site.up() == ["0002_ids"]


def test_a_version_that_no_file_has_is_refused(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    with pytest.raises(InvalidCall, match="no file has the version 7"):
        site.up(to=7)
