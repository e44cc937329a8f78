"""The drill: a change of a table with 10,000 rows goes up, down and up, and loses no row."""

from __future__ import annotations

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.migrations.proving.contents import Contents, losses, read_contents
from trueup.migrations.proving.proofs import Proof

pytestmark = pytest.mark.server

ROWS = 10_000


@pytest.mark.req("C46")
def test_a_rollback_over_ten_thousand_rows_keeps_every_row(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write(
        "0002_priority",
        "ALTER TABLE jobs ADD COLUMN priority bigint;\n"
        "-- trueup: batch jobs by id size 1000\n"
        "UPDATE jobs SET priority = length(name) WHERE :batch;\n"
        "CREATE INDEX by_priority ON jobs (priority);",
        "DROP INDEX by_priority;\nALTER TABLE jobs DROP COLUMN priority;",
    )
    assert all(isinstance(one, Proof) for one in site.prove())
    site.up(to=1, unproved=False)
    site.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
        " INSERT INTO jobs SELECT i, 'job ' || i, 'new' FROM n"
    )
    before, objects = contents(site), site.objects()
    site.up(unproved=False)
    assert site.query("SELECT count(priority) FROM jobs") == [(ROWS,)]
    site.down(1, unproved=False)
    assert (contents(site), site.objects()) == (before, objects)
    site.up(unproved=False)
    assert losses(before, contents(site)) == []


def contents(site: Site) -> dict[str, Contents]:
    with site.opened() as database:
        return read_contents(database, database.shapes())
