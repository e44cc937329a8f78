"""The command itself, on both engines."""

from __future__ import annotations

import os

import pytest

from tests.cli.shell import Result, Shell
from tests.migrations.site import JOBS, UNDO_JOBS, Site

pytestmark = pytest.mark.server


def command(site: Site, line: str) -> Result:
    environ = {name: os.environ[name] for name in ("PGPASSWORD",) if name in os.environ}
    return Shell(site.folder.parent, environ).run(f"trueup migrate {line} --url '{site.url}'")


@pytest.mark.case("P9")
def test_a_way_down_without_a_target_undoes_nothing_and_lists_what_would_go(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.prove()
    site.up()
    site.execute("INSERT INTO jobs VALUES (1, 'a', 'new'), (2, 'b', 'new')")
    said = command(site, "down")
    assert (said.code, len(site.history())) == (2, 1)
    assert "0001_jobs: jobs: all its rows; 2 rows of jobs" in said.out


@pytest.mark.req("C68")
def test_one_command_brings_a_database_to_its_last_version(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    assert command(site, "verify").code == 0
    assert command(site, "up").code == 0
    assert command(site, "status").code == 0
    assert site.query("SELECT count(*) FROM jobs") == [(0,)]


def test_status_makes_no_file(sqlite_site: Site) -> None:
    sqlite_site.write("0001_jobs", JOBS, UNDO_JOBS)
    assert command(sqlite_site, "status").code == 2
    assert not (sqlite_site.folder.parent / "site.db").exists()
