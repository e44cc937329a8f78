"""Repeatable files: they run when their text changed, or when what they made is gone."""

from __future__ import annotations

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.errors import Blocked, DeclarationError, ErrorCode
from trueup.migrations.events import Repeated
from trueup.migrations.proving.proofs import Proof, read_proofs
from trueup.migrations.repeatable.history import read_kept

NAMES = "DROP VIEW IF EXISTS names;\nCREATE VIEW names AS SELECT name FROM jobs;"
PRIORITY = "DROP VIEW IF EXISTS names;\nCREATE VIEW names AS SELECT name, priority FROM jobs;"
ADD = "ALTER TABLE jobs ADD COLUMN priority bigint;"
DROP = "ALTER TABLE jobs DROP COLUMN priority;"


@pytest.fixture
def views(site: Site) -> Site:
    site.write("0001_jobs", JOBS, UNDO_JOBS.replace("DROP", "DROP VIEW IF EXISTS names; DROP"))
    site.repeat("names", NAMES)
    return site


def repeated(site: Site) -> list[tuple[str, bool]]:
    """What ran since the last time this was asked: the name, and whether it is an earlier text."""
    found = [(one.file.name, one.is_previous) for one in site.events if isinstance(one, Repeated)]
    site.events.clear()
    return found


def columns(site: Site) -> int:
    with site.opened() as database:
        return len(database.ask("SELECT * FROM names", {})[0][0])


@pytest.mark.server
def test_a_file_runs_after_the_migrations_and_again_when_its_text_changed(views: Site) -> None:
    views.up()
    assert repeated(views) == [("repeatable/names", False)]
    views.up()
    assert repeated(views) == []
    views.execute("INSERT INTO jobs VALUES (1, 'a', 'new')")
    views.repeat("names", NAMES.replace("SELECT name", "SELECT name, state"))
    views.up()
    assert (repeated(views), columns(views)) == ([("repeatable/names", False)], 2)


@pytest.mark.server
def test_a_file_waits_until_all_migrations_are_applied(views: Site) -> None:
    views.write("0002_priority", ADD, f"DROP VIEW IF EXISTS names; {DROP}")
    views.repeat("names", PRIORITY)
    views.up(to=1)
    assert repeated(views) == []
    assert views.up() == ["0002_priority"]
    assert repeated(views) == [("repeatable/names", False)]


@pytest.mark.server
def test_files_run_after_those_that_they_name_and_else_by_name(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.repeat("a_last", "-- trueup: after z_first\nDROP VIEW IF EXISTS a_last;\n"
                "CREATE VIEW a_last AS SELECT * FROM z_first;")  # fmt: skip
    first = "DROP VIEW IF EXISTS z_first{};\nCREATE VIEW z_first AS SELECT {} FROM jobs;"
    site.repeat("z_first", first.format("", "id"))
    site.up()
    assert repeated(site) == [("repeatable/z_first", False), ("repeatable/a_last", False)]
    if site.is_postgres:  # what another file's CASCADE takes with it is made again
        site.repeat("z_first", first.format(" CASCADE", "id, name"))
        site.up()
        assert repeated(site) == [("repeatable/z_first", False), ("repeatable/a_last", False)]


@pytest.mark.server
def test_down_brings_back_the_text_that_there_was_before(views: Site) -> None:
    views.up()
    views.write("0002_priority", ADD, DROP)
    views.repeat("names", PRIORITY)
    views.up()
    views.execute("INSERT INTO jobs VALUES (1, 'a', 'new', 2)")
    repeated(views)
    assert columns(views) == 2
    assert views.down(1) == ["0002_priority"]
    assert (repeated(views), columns(views)) == ([("repeatable/names", True)], 1)
    assert views.up() == ["0002_priority"]
    assert (repeated(views), columns(views)) == ([("repeatable/names", False)], 2)


@pytest.mark.server
def test_one_without_an_earlier_text_stays_until_the_way_down_drops_it(views: Site) -> None:
    views.up()
    assert views.down(1) == ["0001_jobs"]
    with views.opened() as database:
        assert read_kept(database) == []
    views.up()
    assert repeated(views) == [("repeatable/names", False)] * 2


@pytest.mark.server
def test_files_are_proved_and_run_nowhere_without(views: Site) -> None:
    with pytest.raises(Blocked, match="no proof fits repeatable/names"):
        views.up(unproved=False)
    found = views.prove()
    assert all(isinstance(one, Proof) for one in found), found
    assert [one.name for one in read_proofs(views.folder).found] == [
        "0001_jobs",
        "repeatable/names",
    ]
    assert views.up(unproved=False) == ["0001_jobs"]
    views.repeat("names", NAMES.replace("SELECT name", "SELECT id"))
    with pytest.raises(Blocked, match="names: its file was changed after its proof") as caught:
        views.up(unproved=False)
    assert caught.value.code is ErrorCode.MIGRATION_UNPROVED


@pytest.mark.server
def test_a_file_that_fails_where_it_ran_already_is_not_proved(views: Site) -> None:
    views.repeat("names", "CREATE VIEW names AS SELECT name FROM jobs;")
    assert "it fails where it ran already" in views.refused().what


@pytest.mark.server
def test_a_way_down_that_cannot_go_beneath_what_files_made_is_not_proved(views: Site) -> None:
    """It is proved with the view in place, as it is on a database."""
    views.write("0002_priority", ADD, DROP)
    views.repeat("names", PRIORITY)
    refused = views.refused()
    assert (refused.migration.name, "beneath what repeatable files made" in refused.what) == (
        "0002_priority",
        True,
    )
    views.write("0002_priority", ADD, f"DROP VIEW IF EXISTS names; {DROP}")
    assert all(isinstance(one, Proof) for one in views.prove())


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        ({"a": "-- nothing"}, "it has no statement"),
        ({"a": "-- trueup: up\nSELECT 1;"}, "there is no directive up"),
        ({"a": "-- trueup: after b\nSELECT 1;"}, "it is after b, which is no file"),
        ({"a": "-- trueup: after b\nSELECT 1;", "b": "-- trueup: after a\nSELECT 1;"},
         "a and b are after each other"),
        ({"A": "SELECT 1;"}, "its name is none"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused(
    sqlite_site: Site, texts: dict[str, str], what: str
) -> None:
    for name, text in texts.items():
        sqlite_site.repeat(name, text)
    with pytest.raises(DeclarationError, match=what):
        assert sqlite_site.repeatables
