"""Databases that exist: a history that begins later, and files that become one."""

from __future__ import annotations

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.errors import Blocked, ErrorCode
from trueup.lifecycle.clocks import TRUE_CLOCKS
from trueup.migrations.baseline import baseline
from trueup.migrations.history import State
from trueup.migrations.port import OtherHistory
from trueup.migrations.problems import Fault, find_problems
from trueup.migrations.proving.proofs import read_proofs
from trueup.migrations.squash import as_settled
from trueup.migrations.squashing import squash

pytestmark = pytest.mark.server


@pytest.fixture
def three(site: Site) -> Site:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_index", "CREATE INDEX by_name ON jobs (name);", "DROP INDEX by_name;")
    site.write("0003_parts", "CREATE TABLE parts (id bigint);", "DROP TABLE parts;")
    site.prove()
    return site


def begin(site: Site, version: int) -> list[str]:
    with site.opened() as database:
        files = [one for one in site.files if one.version <= version]
        proofs = read_proofs(site.folder)
        done = baseline(database, files, proofs, "me", TRUE_CLOCKS, 10, unproved=False)
    return [one.name for one in done]


def test_a_baseline_is_what_its_files_make_and_the_next_go_on_from_there(three: Site) -> None:
    three.execute(*(sql.rstrip(";") for sql in (JOBS, "CREATE INDEX by_name ON jobs (name);")))
    assert begin(three, 2) == ["0001_jobs", "0002_index"]
    assert three.up(unproved=False) == ["0003_parts"]
    states = [one.state for one in three.history()]
    assert states == [State.BASELINE, State.BASELINE, State.APPLIED]


def test_a_database_that_is_another_is_no_baseline(three: Site) -> None:
    three.execute(JOBS.rstrip(";"))
    with pytest.raises(Blocked, match="differs from what the files make: table") as caught:
        begin(three, 2)
    assert (caught.value.code, three.history()) == (ErrorCode.MIGRATION_UNPROVED, [])


@pytest.mark.case("P48")
def test_a_file_below_the_baseline_is_listed_and_refused_until_it_is_acknowledged(
    three: Site,
) -> None:
    three.execute(JOBS.rstrip(";"))
    begin(three, 1)
    three.write("0000_late", "CREATE TABLE late (id bigint);", "DROP TABLE late;")
    (problem,) = find_problems(three.files, three.history())
    assert (problem.fault, problem.what) == (
        Fault.BELOW_BASELINE,
        "below the baseline 1, not applied",
    )
    with pytest.raises(Blocked, match="0000_late"):
        three.up()
    assert three.up(out_of_order=True)[0] == "0000_late"


@pytest.mark.parametrize(
    ("tool", "statements"),
    [
        (
            OtherHistory("Alembic", "a1"),
            ["CREATE TABLE alembic_version (version_num varchar(32))",
             "INSERT INTO alembic_version VALUES ('a1')"],
        ),
        (
            OtherHistory("Flyway", "2.1"),
            ["CREATE TABLE flyway_schema_history (installed_rank int, version varchar(50),"
             " description varchar(200), success boolean)",
             "INSERT INTO flyway_schema_history VALUES (1, '1', 'a', true), (2, '2.1', 'b', true)"],
        ),
        (
            OtherHistory("Django", "auth.0001_initial"),
            ["CREATE TABLE django_migrations (id int, app varchar(9), name varchar(20))",
             "INSERT INTO django_migrations VALUES (1, 'auth', '0001_initial')"],
        ),
        (OtherHistory("dbmate", "", "it has applied nothing"),
         ["CREATE TABLE schema_migrations (version varchar(9))"]),
    ],
)  # fmt: skip
def test_the_histories_of_other_tools_are_found(
    site: Site, tool: OtherHistory, statements: list[str]
) -> None:
    site.execute(*statements)
    with site.opened() as database:
        assert list(database.others()) == [tool]


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["CREATE TABLE alembic_version (version_num varchar(32))"],
         "Alembic: it has applied nothing"),
        (
            ["CREATE TABLE alembic_version (version_num varchar(32))",
             "INSERT INTO alembic_version VALUES ('b2'), ('a1')"],
            "Alembic: it has two heads, a1 and b2",
        ),
        (
            ["CREATE TABLE flyway_schema_history (installed_rank int, version varchar(50),"
             " description varchar(200), success boolean)",
             "INSERT INTO flyway_schema_history VALUES (1, '1', 'a', true), (2, '2', 'b', false)"],
            "Flyway: its version 2 failed",
        ),
        (["CREATE TABLE django_migrations (id int, app text, name text)"],
         "Django: it has applied nothing"),
    ],
)  # fmt: skip
def test_a_history_that_another_tool_has_not_ended_is_no_baseline(
    three: Site, statements: list[str], why: str
) -> None:
    three.execute(*(sql.rstrip(";") for sql in (JOBS, *statements)))
    with pytest.raises(Blocked, match=why) as caught:
        begin(three, 1)
    assert (caught.value.code, three.history()) == (ErrorCode.MIGRATION_HISTORY, [])


def test_a_baseline_says_where_the_other_tool_ended(three: Site) -> None:
    index = "CREATE INDEX by_name ON jobs (name)"
    three.execute(JOBS.rstrip(";"), index, "CREATE TABLE alembic_version (version_num varchar(9))",
                  "INSERT INTO alembic_version VALUES ('a1b2')")  # fmt: skip
    begin(three, 2)
    assert [one.note for one in three.history()] == ["", "after Alembic a1b2"]
    assert three.up(unproved=False) == ["0003_parts"]


def test_files_become_one_that_databases_with_them_take_as_theirs(three: Site) -> None:
    three.up(unproved=False)
    objects = three.objects()
    with three.opened() as database:
        proof = squash(database, three.folder, three.files, 2)
    assert [one.name for one in three.files] == ["0002_squashed", "0003_parts"]
    assert proof.name == "0002_squashed"
    assert three.up() == []
    history = three.history()
    assert [(one.version, one.name) for one in history] == [(2, "0002_squashed"), (3, "0003_parts")]
    assert (find_problems(three.files, history), three.objects()) == ([], objects)
    assert three.down(to=0) == ["0003_parts", "0002_squashed"]
    assert three.up(to=2, unproved=False) == ["0002_squashed"]


def test_a_database_with_some_of_the_squashed_files_is_told_what_it_lacks(three: Site) -> None:
    three.up(to=1)
    with three.opened() as database:
        squash(database, three.folder, three.files, 2)
    with pytest.raises(Blocked, match="0002_index"):
        as_settled(three.history(), three.files)
    with pytest.raises(Blocked, match="0002_index"):
        three.up()
