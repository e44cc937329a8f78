"""Python steps: functions for data that SQL cannot change, in batches that are gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.errors import DeclarationError, ErrorCode, TrueupError
from trueup.migrations.events import Batched
from trueup.migrations.files import read_folder
from trueup.migrations.history import State
from trueup.migrations.proving.proofs import Proof, read_proofs
from trueup.migrations.squashing import squash
from trueup.migrations.statements import Dialect

UP = "ALTER TABLE jobs ADD COLUMN slug text;\n-- trueup: python slugs over jobs by id size 10"
DOWN = "ALTER TABLE jobs DROP COLUMN slug;"
SLUGS = """
import re
import unicodedata


def slugs(step, rows):
    for row in rows:
        plain = unicodedata.normalize("NFKD", row["name"]).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
        step.execute("UPDATE jobs SET slug = :slug WHERE id = :id", slug=slug, id=row["id"])
"""


@pytest.fixture
def slugs(site: Site) -> Site:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_slugs", UP, DOWN)
    python(site, SLUGS)
    return site


def python(site: Site, source: str) -> None:
    (site.folder / "0002_slugs.py").write_text(source, encoding="utf-8")


def fill(site: Site) -> None:
    site.up(to=1)
    values = ", ".join(f"({n}, 'Créer Nº {n}', 'new')" for n in range(25))
    site.execute(f"INSERT INTO jobs VALUES {values}")


@pytest.mark.server
def test_a_step_changes_rows_in_batches_and_is_proved_as_sql_is(slugs: Site) -> None:
    assert all(isinstance(one, Proof) for one in slugs.prove())
    fill(slugs)
    assert slugs.up(unproved=False) == ["0002_slugs"]
    assert slugs.query("SELECT slug FROM jobs WHERE id IN (0, 24) ORDER BY id") == [
        ("creer-no-0",),
        ("creer-no-24",),
    ]
    assert [one.rows for one in slugs.events if isinstance(one, Batched)] == [10, 20, 30]


@pytest.mark.server
def test_a_step_that_raises_is_told_with_its_line_and_gone_on_with(slugs: Site) -> None:
    fill(slugs)
    python(
        slugs,
        SLUGS.replace("    for row", "    if rows[0]['id'] == 10:\n        1 / 0\n    for row"),
    )
    with pytest.raises(DeclarationError, match="its step slugs raises ZeroDivisionError") as caught:
        slugs.up()
    assert str(caught.value.where).endswith("0002_slugs.py:8")
    assert slugs.query("SELECT count(slug) FROM jobs") == [(10,)]
    assert (slugs.history()[1].state, slugs.history()[1].rows) == (State.APPLYING, 10)
    python(slugs, SLUGS)
    with pytest.raises(TrueupError) as caught_again:
        slugs.up()
    assert caught_again.value.code is ErrorCode.MIGRATION_HISTORY
    accept(slugs)
    slugs.events.clear()
    assert slugs.up() == ["0002_slugs"]
    assert slugs.query("SELECT count(slug) FROM jobs") == [(25,)]
    assert [one.rows for one in slugs.events if isinstance(one, Batched)] == [20, 30]


def accept(site: Site) -> None:
    from trueup.migrations.repair import Decision, repair

    with site.opened() as database:
        repair(database, site.files, 2, Decision.ACCEPT, 10)


@pytest.mark.server
def test_a_step_without_batches_is_one_transaction_and_reads_rows(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_slugs", "-- trueup: python first", "-- trueup: python last")
    python(
        site,
        "def first(step):\n"
        "    step.execute(\"INSERT INTO jobs VALUES (1, :name, 'new')\", name='a:b')\n"
        "    (row,) = step.fetch('SELECT name FROM jobs WHERE id = :id', id=1)\n"
        "    assert row == {'name': 'a:b'}\n"
        "def last(step):\n"
        "    assert step.execute('DELETE FROM jobs WHERE id = 1') == 1\n",
    )
    site.up()
    assert site.query("SELECT name FROM jobs") == [("a:b",)]
    site.down(1)
    assert site.query("SELECT count(*) FROM jobs") == [(0,)]


@pytest.mark.server
@pytest.mark.parametrize("sql", ["COMMIT", "BEGIN", "ROLLBACK", "SAVEPOINT a"])
def test_a_step_ends_no_transaction(site: Site, sql: str) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_slugs", "-- trueup: python one")
    python(site, f"def one(step):\n    step.execute({sql!r})\n")
    with pytest.raises(TrueupError, match="the SQL is refused"):
        site.up()
    assert site.history()[1].statements == 0


@pytest.mark.server
def test_a_step_waits_for_locks_as_sql_does(
    postgres_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.migrations.test_on_postgres import other
    from trueup.lifecycle.clocks import Clocks
    from trueup.migrations.events import Waited

    monkeypatch.setattr("trueup.migrations.postgres.database.LOCK_WAIT_S", 0.05)
    site = postgres_site
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_slugs", "-- trueup: python touch over jobs by id size 10")
    python(site, "def touch(step, rows):\n    step.execute(\"UPDATE jobs SET name = 'x'\")\n")
    fill(site)
    with other(site) as writer:
        writer.execute("BEGIN; UPDATE jobs SET name = 'y'")
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 2:
                writer.execute("COMMIT")

        site.up(clocks=Clocks(pause=pause))
    assert len([one for one in site.events if isinstance(one, Waited)]) == 2
    assert site.query("SELECT DISTINCT name FROM jobs") == [("x",)]


@pytest.mark.server
def test_a_connection_that_is_lost_leaves_the_batches_that_are_done(postgres_site: Site) -> None:
    site = postgres_site
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_slugs", UP, DOWN)
    kill = (
        "    if rows[0]['id'] == 10 and step.fetch('SELECT 1 FROM once'):\n"
        "        step.fetch('SELECT pg_terminate_backend(pg_backend_pid())')\n"
    )
    python(site, SLUGS.replace("    for row", f"{kill}    for row"))
    fill(site)
    site.execute("CREATE TABLE once (n int)", "INSERT INTO once VALUES (1)")
    with pytest.raises(TrueupError):
        site.up()
    assert site.query("SELECT count(slug) FROM jobs") == [(10,)]
    site.execute("DELETE FROM once")
    assert site.up() == ["0002_slugs"]
    assert site.query("SELECT count(slug) FROM jobs") == [(25,)]


def test_the_source_is_a_part_of_the_hash(sqlite_site: Site) -> None:
    sqlite_site.write("0002_slugs", UP, DOWN)
    python(sqlite_site, SLUGS)
    before = sqlite_site.files[0].checksum
    python(sqlite_site, SLUGS.replace("\n", "\r\n"))
    assert sqlite_site.files[0].checksum == before
    python(sqlite_site, SLUGS.replace('"-"', '"_"'))
    assert sqlite_site.files[0].checksum != before


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("", 0, "there is no 0002_slugs.py with slugs"),
        ("def slug(step): ...", 0, "it has no function slugs"),
        ("def slugs(:", 1, "it is no Python"),
        ("\nimport app.models\ndef slugs(step): ...", 2, "it imports app.models"),
        ("from . import models\ndef slugs(step): ...", 1, "it imports from its own folder"),
        ("def slugs(step):\n    import numpy", 2, "it imports numpy"),
    ],
)
def test_a_source_that_does_not_fit_is_refused(
    sqlite_site: Site, source: str, line: int, what: str
) -> None:
    sqlite_site.write("0002_slugs", UP, DOWN)
    if source:
        python(sqlite_site, source)
    with pytest.raises(DeclarationError, match=what) as caught:
        read_folder(sqlite_site.folder, Dialect.SQLITE)
    assert str(caught.value.where).endswith(f".py:{line}") is bool(line)


def test_a_source_that_nothing_calls_is_refused(sqlite_site: Site) -> None:
    sqlite_site.write("0002_slugs", "SELECT 1;")
    python(sqlite_site, SLUGS)
    with pytest.raises(DeclarationError, match="calls none of it"):
        read_folder(sqlite_site.folder, Dialect.SQLITE)


def test_files_with_a_step_are_not_squashed(sqlite_site: Site) -> None:
    sqlite_site.write("0001_jobs", JOBS, UNDO_JOBS)
    sqlite_site.write("0002_slugs", UP, DOWN)
    python(sqlite_site, SLUGS)
    sqlite_site.prove()
    assert len(read_proofs(sqlite_site.folder).found) == 2
    with sqlite_site.opened() as database, pytest.raises(DeclarationError, match="Python step"):
        squash(database, sqlite_site.folder, sqlite_site.files, 2)
    assert Path(sqlite_site.folder / "0002_slugs.py").exists()
