"""The files of migrations: proved, both ways, and together what is declared."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from systems.pdfjobs import migrate
from systems.pdfjobs.hosting import INFRASTRUCTURE
from systems.pdfjobs.migrate import FOLDER, files, version_at, version_of
from systems.pdfjobs.tables import layer
from trueup.engines.open_tables import open_tables
from trueup.errors import Blocked, ErrorCode, TrueupError
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import look_at, verify_tables
from trueup.migrations.events import Event
from trueup.migrations.files import Migration, read_folder
from trueup.migrations.guards import Allowed
from trueup.migrations.history import read_history
from trueup.migrations.opening import open_migrations
from trueup.migrations.port import MigrationDatabase
from trueup.migrations.proving.contents import Contents, losses, read_contents
from trueup.migrations.proving.folder import prove
from trueup.migrations.proving.proofs import Proof, read_proofs
from trueup.migrations.proving.refusals import Refused
from trueup.migrations.runner import Run, down, up
from trueup.migrations.statements import Dialect

NOTHING = Allowed()
MAJORS = ("15", "16", "17", "18")
ROWS = 10_000
MADE = f"""INSERT INTO jobs (client_id, pdf_url, created_at)
SELECT 'client-' || n % 7, 'https://files.example.com/' || n || '.pdf', now() - n * interval '1 s'
FROM generate_series(1, {ROWS}) AS n"""
READ = """INSERT INTO job_results (job_id, extracted_data, confidence_score, tokens_used)
SELECT id, jsonb_build_object('url', pdf_url), 0.87, 1800 FROM jobs"""
VERSION = re.compile(r"\b\d\.\d\.0\b")


@pytest.fixture
def opened(empty_url: str) -> Iterator[MigrationDatabase]:
    with open_migrations(empty_url) as database:
        yield database


def run_of(database: MigrationDatabase, allowed: Allowed = NOTHING) -> Run:
    return Run(database, files(), read_proofs(FOLDER), allowed, "tests", _nobody)


def _nobody(_event: Event) -> None:
    """Hears nothing."""


@pytest.mark.req("C44", "C75")
def test_files_make_the_tables_that_are_declared(empty_url: str) -> None:
    done = migrate.migrate(empty_url, 60)
    assert done.applied == [one.stem for one in sorted(FOLDER.glob("*.sql"))]
    assert Path(migrate.__file__).parent / "migrations" == FOLDER
    with open_tables(empty_url, layer) as tables:
        declared = declared_tables(tables.open_layer, [], protect=False)
        found = verify_tables(declared, look_at(tables))
    assert (found.differing(), found.unknown) == ([], [])
    assert len(found.findings) > 100
    assert migrate.migrate(empty_url, 60) == done.model_copy(update={"applied": []})


@pytest.mark.req("C114", "CT15")
def test_version_is_that_of_the_files(opened: MigrationDatabase) -> None:
    """Each file makes a version, which no later one changes."""
    assert [version_of(files()[:number]) for number in range(3)] == ["0.0.0", "1.0.0", "1.1.0"]
    assert version_at(opened) == "0.0.0"
    for number, migration in enumerate(files(), 1):
        up(run_of(opened), migration.version)
        assert version_at(opened) == version_of(files()[:number])


@pytest.mark.req("CT15")
def test_version_is_written_down_nowhere() -> None:
    typed = {
        path.name: VERSION.findall(path.read_text())
        for path in Path(migrate.__file__).parent.glob("*.py")
        if path.name != "migrate.py"  # its docstrings say how one is counted
    }
    assert not [name for name, found in typed.items() if found]


def test_file_that_loses_something_makes_a_major_version() -> None:
    first, second = files()[:2]
    lossy = replace(second, up=replace(second.up, loses=("a column",)))
    assert version_of([first, lossy]) == version_of([first, replace(second, forward_only="x")])
    assert version_of([first, lossy, second]) == "2.1.0"


def test_every_file_is_proved_for_the_servers_of_tests_and_of_production() -> None:
    assert INFRASTRUCTURE.database is not None
    assert INFRASTRUCTURE.database.version.partition(".")[0] in MAJORS
    expected = {(one.checksum, one.chain, major) for one in files() for major in MAJORS}
    found = read_proofs(FOLDER).found
    assert {(one.checksum, one.chain, one.major) for one in found} == expected


def test_proofs_are_those_that_this_server_makes(opened: MigrationDatabase) -> None:
    """Up, down and up again, over a thousand rows and more of each table."""
    made = list(prove(opened, files(), files(), _nobody))
    proved = [one for one in made if isinstance(one, Proof)]
    assert proved == [read_proofs(FOLDER).of(one, opened) for one in files()]
    assert all(count >= 1_000 for one in proved for count in one.rows.values())
    assert proved[1].loses_up == []
    assert proved[1].loses_down == [
        f"job_results.{column}: its values" for column in ("cost", "currency", "model")
    ]


def test_file_that_was_changed_after_its_proof_does_not_run(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder)
    first = folder / f"{files()[0].name}.sql"
    first.write_text(first.read_text().replace("varying(50)", "varying(60)"))
    monkeypatch.setattr(migrate, "FOLDER", folder)
    with pytest.raises(Blocked, match="changed after its proof") as refused:
        migrate.migrate(empty_url, 60)
    assert refused.value.code is ErrorCode.MIGRATION_UNPROVED
    with open_migrations(empty_url) as database:
        assert (read_history(database), dict(database.objects())) == ([], {"extension plpgsql": ""})


@pytest.mark.req("C46")
def test_rollback_drill_over_ten_thousand_jobs_keeps_them_and_says_what_goes(
    opened: MigrationDatabase,
) -> None:
    first, second = files()[:2]
    up(run_of(opened), first.version)
    opened.run(MADE)
    opened.run(READ)
    before, objects = contents(opened), dict(opened.objects())
    assert {name: one.rows for name, one in before.items()} == {"jobs": ROWS, "job_results": ROWS}
    up(run_of(opened), second.version)
    assert losses(before, contents(opened)) == []
    opened.run("UPDATE job_results SET model = 'reader-2', cost = 0.018, currency = 'EUR'")
    with pytest.raises(Blocked, match=r"cost: its values.*currency: its values.*model") as refused:
        down(run_of(opened), 1, None)
    assert refused.value.code is ErrorCode.NOT_ALLOWED
    assert version_at(opened) == version_of([first, second])
    down(run_of(opened, Allowed(data_loss=True)), 1, None)
    assert (contents(opened), dict(opened.objects())) == (before, objects)
    up(run_of(opened), second.version)
    assert losses(before, contents(opened)) == []


def contents(database: MigrationDatabase) -> dict[str, Contents]:
    return read_contents(database, database.shapes())


ADD = "ALTER TYPE job_status ADD VALUE 'cancelled';"
USE = "ALTER TABLE jobs ADD CHECK (status <> 'cancelled' OR completed_at IS NOT NULL);"


@pytest.fixture
def with_later(tmp_path: Path) -> Callable[[str], list[Migration]]:
    """The files and one more."""

    def write(text: str) -> list[Migration]:
        folder = tmp_path / "migrations"
        shutil.copytree(FOLDER, folder)
        (folder / "0099_cancelled.sql").write_text(text)
        return read_folder(folder, Dialect.POSTGRES)

    return write


@pytest.mark.req("CT8")
@pytest.mark.parametrize("kind", ["", "-- trueup: no-transaction"])
def test_later_status_can_be_used_after_a_step_of_its_own_only(
    opened: MigrationDatabase, with_later: Callable[[str], list[Migration]], kind: str
) -> None:
    found = with_later(f"-- trueup: forward-only labels stay\n-- trueup: up\n{kind}\n{ADD}\n{USE}")
    run = replace(run_of(opened, Allowed(unproved=True)), files=found)
    if kind:
        assert up(run) == found
    else:
        with pytest.raises(TrueupError, match="55P04"):
            up(run)
        assert len(read_history(opened)) == len(found) - 1


@pytest.mark.req("CT8")
def test_later_status_does_not_go_away_again(
    opened: MigrationDatabase, with_later: Callable[[str], list[Migration]]
) -> None:
    """A file that says so is not proved, as its way down leaves the label behind."""
    found = with_later(f"-- trueup: up\n{ADD}\n-- trueup: down\nSELECT 1;")
    [result] = prove(opened, found, found[-1:], _nobody)
    assert isinstance(result, Refused)
    assert result.what == "down does not bring the schema back: type public.job_status"


@pytest.mark.req("CT8")
def test_type_of_statuses_may_be_there_already(opened: MigrationDatabase) -> None:
    [labels] = re.findall(r"AS ENUM \(.*?\)", (FOLDER / f"{files()[0].name}.sql").read_text())
    opened.run(f"CREATE TYPE job_status {labels}")
    applied: list[Migration] = up(run_of(opened))
    assert applied == files()
