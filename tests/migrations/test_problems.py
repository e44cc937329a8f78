"""Files and history that do not agree: each problem by its name, and how it is settled."""

from __future__ import annotations

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.errors import Blocked, ErrorCode, InvalidCall
from trueup.migrations.history import State
from trueup.migrations.problems import Fault, find_problems
from trueup.migrations.repair import Decision, repair

pytestmark = pytest.mark.server


@pytest.fixture
def applied(site: Site) -> Site:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0003_index", "CREATE INDEX by_name ON jobs (name);", "DROP INDEX by_name;")
    site.up()
    return site


def faults(site: Site) -> list[tuple[Fault, str]]:
    return [(one.fault, one.name) for one in find_problems(site.files, site.history())]


def settle(site: Site, version: int | None, decision: Decision | None) -> list[str]:
    with site.opened() as database:
        return repair(database, site.files, version, decision, 10)


def check_refused(site: Site) -> None:
    before = site.objects()
    with pytest.raises(Blocked) as caught:
        site.up()
    assert caught.value.code is ErrorCode.MIGRATION_HISTORY
    assert site.objects() == before


def test_a_file_that_was_changed_is_named_and_can_be_accepted(applied: Site) -> None:
    applied.write("0001_jobs", JOBS.replace("text", "varchar"), UNDO_JOBS)
    assert faults(applied) == [(Fault.CHANGED, "0001_jobs")]
    check_refused(applied)
    done = settle(applied, 1, Decision.ACCEPT)
    assert [line.partition(":")[0] for line in done] == [
        "0001_jobs",
        "the chain is made anew from 0001_jobs on",
    ]
    assert (faults(applied), applied.up()) == ([], [])


@pytest.mark.case("P44")
def test_a_checkout_with_other_line_ends_changes_no_file(applied: Site) -> None:
    path = applied.folder / "0001_jobs.sql"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert (faults(applied), applied.up()) == ([], [])


def test_a_file_that_is_gone_is_named_and_can_be_forgotten(applied: Site) -> None:
    (applied.folder / "0001_jobs.sql").unlink()
    assert faults(applied) == [(Fault.MISSING, "0001_jobs")]
    check_refused(applied)
    settle(applied, 1, Decision.FORGET)
    assert (faults(applied), [one.version for one in applied.history()]) == ([], [3])


def test_an_edited_history_breaks_the_chain_where_it_was_edited(applied: Site) -> None:
    applied.execute("UPDATE trueup_migrations SET chain = 'x' WHERE version = 1")
    assert faults(applied) == [(Fault.BROKEN_CHAIN, "0001_jobs")]
    check_refused(applied)
    assert settle(applied, None, None) == ["the chain is made anew from 0001_jobs on"]
    assert faults(applied) == []


def test_a_row_that_was_removed_by_hand_breaks_the_chain(applied: Site) -> None:
    applied.execute("DELETE FROM trueup_migrations WHERE version = 1")
    assert (Fault.BROKEN_CHAIN, "0003_index") in faults(applied)


@pytest.mark.case("P43")
def test_a_file_of_another_branch_is_refused_by_name_and_never_skipped(applied: Site) -> None:
    applied.write("0002_late", "CREATE TABLE late (id bigint);", "DROP TABLE late;")
    assert faults(applied) == [(Fault.OUT_OF_ORDER, "0002_late")]
    with pytest.raises(Blocked, match="0002_late"):
        applied.up()
    assert applied.up(out_of_order=True) == ["0002_late"]
    assert faults(applied) == []


def test_a_decision_that_does_not_fit_changes_nothing(applied: Site) -> None:
    for version, decision in ((1, Decision.FORGET), (1, Decision.AGAIN), (9, Decision.ACCEPT)):
        with pytest.raises(InvalidCall, match="nothing was changed"):
            settle(applied, version, decision)


@pytest.mark.parametrize("decision", [Decision.DONE, Decision.AGAIN])
def test_a_statement_in_doubt_is_named_and_settled(postgres_site: Site, decision: Decision) -> None:
    """An index without a name of its own: nobody can tell whether it was built."""
    site = postgres_site
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.up()
    site.write(
        "0002_index",
        "-- trueup: no-transaction\nCREATE INDEX CONCURRENTLY ON jobs (name);\nSELECT 1;",
    )
    site.up()
    site.execute(
        "UPDATE trueup_migrations SET state = 'applying', is_outside = 1, statements = 0"
        " WHERE version = 2"
    )
    with pytest.raises(Blocked, match=r"0002_index.sql:4 \(statement 1\)") as caught:
        site.up()
    assert caught.value.code is ErrorCode.MIGRATION_INTERRUPTED
    settle(site, 2, decision)
    assert site.up() == ["0002_index"]
    (index,) = site.query("SELECT count(*) FROM pg_index WHERE indrelid = 'jobs'::regclass")
    assert index == ({Decision.DONE: 2, Decision.AGAIN: 3}[decision],)


def test_a_half_undone_migration_is_undone_before_anything_goes_up(applied: Site) -> None:
    applied.execute("UPDATE trueup_migrations SET state = 'undoing' WHERE version = 3")
    with pytest.raises(Blocked, match="half undone"):
        applied.up()
    assert applied.down(1) == ["0003_index"]
    assert applied.history()[0].state is State.APPLIED
