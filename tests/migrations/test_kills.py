"""A run is killed before each call of the database; the next one converges."""

from __future__ import annotations

import os
import signal

import pytest

from tests.kills.child import Nursery
from tests.migrations.site import JOBS, UNDO_JOBS, Site
from tests.soak import share
from trueup.migrations.history import State

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals"),
]

CALLS = 220
"""More calls of the database than the runs below make."""

ROWS = 25


def prepare(site: Site) -> None:
    """Two migrations: one in a transaction, one by steps, with a backfill in batches."""
    many = ", ".join(f"({number}, 'n', 'old')" for number in range(ROWS))
    site.write("0001_jobs", f"{JOBS}\nINSERT INTO jobs VALUES {many};", UNDO_JOBS)
    concurrently = "CONCURRENTLY " if site.is_postgres else ""
    site.write(
        "0002_count",
        f"""-- trueup: no-transaction
ALTER TABLE jobs ADD COLUMN times bigint;
UPDATE jobs SET times = 0;
CREATE INDEX {concurrently}by_times ON jobs (times);
-- trueup: batch jobs by id size 10
UPDATE jobs SET times = times + 1 WHERE :batch;
VACUUM;""",
        f"""-- trueup: no-transaction
DROP INDEX {concurrently}by_times;
ALTER TABLE jobs DROP COLUMN times;""",
    )


def test_undisturbed_runs_make_fewer_calls_than_are_tried(site: Site, nursery: Nursery) -> None:
    prepare(site)
    child = nursery.begin(
        "tests.migrations.killing:run", url=site.url, site=str(site.folder), kill_at=CALLS
    )
    assert child.answer()["done"] == ["0001_jobs", "0002_count"]


@pytest.mark.soak
@pytest.mark.case("P47")
@pytest.mark.parametrize("number", share(list(range(CALLS))))
def test_a_run_up_killed_before_a_call_is_gone_on_with(
    site: Site, nursery: Nursery, number: int
) -> None:
    """Each row is counted once: no batch is lost, and none runs twice."""
    prepare(site)
    child = nursery.begin(
        "tests.migrations.killing:run", url=site.url, site=str(site.folder), kill_at=number
    )
    assert child.ended() in (0, -signal.SIGKILL)
    site.up()
    assert site.query("SELECT count(*), min(times), max(times) FROM jobs") == [(ROWS, 1, 1)]
    assert [one.state for one in site.history()] == [State.APPLIED, State.APPLIED]
    assert any("by_times" in text for text in site.objects().values())
    assert not any("not valid" in text for text in site.objects().values())


@pytest.mark.soak
@pytest.mark.parametrize("number", share(list(range(60))))
def test_a_run_down_killed_before_a_call_is_gone_on_with(
    site: Site, nursery: Nursery, number: int
) -> None:
    prepare(site)
    site.up(to=1)
    before = site.objects()
    site.up()
    child = nursery.begin(
        "tests.migrations.killing:run",
        url=site.url,
        site=str(site.folder),
        kill_at=number,
        down=1,
    )
    assert child.ended() in (0, -signal.SIGKILL)
    if len(site.history()) > 1:
        site.down(1)
    assert site.objects() == before
    assert [one.name for one in site.history()] == ["0001_jobs"]


@pytest.mark.case("P51")
def test_ten_first_runs_at_once_apply_each_migration_once(site: Site, nursery: Nursery) -> None:
    prepare(site)
    children = [
        nursery.begin("tests.migrations.killing:run", url=site.url, site=str(site.folder))
        for _ in range(10)
    ]
    answers = [child.answer() for child in children]
    assert all("done" in one for one in answers), answers
    done = sorted(name for one in answers for name in one["done"])
    assert done == ["0001_jobs", "0002_count"]
    assert site.query("SELECT count(*), min(times), max(times) FROM jobs") == [(ROWS, 1, 1)]
