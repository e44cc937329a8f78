"""The rollback drill: 10,000 jobs go to the next version and back, and what goes is said before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trueup.engines.open_tables import open_tables
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import look_at, verify_tables
from trueup.migrations.guards import Allowed
from trueup.migrations.opening import open_migrations
from trueup.migrations.port import MigrationDatabase
from trueup.migrations.proving.contents import Contents, losses, read_contents
from trueup.migrations.runner import down, up

from ..claims import Claim, refused
from .migrate import files, run_on, version_at, version_of
from .tables import layer

ROWS = 10_000
_JOBS = f"""INSERT INTO jobs (client_id, pdf_url, created_at)
SELECT 'client-' || n % 7, 'https://files.example.com/' || n || '.pdf', now() - n * interval '1 s'
FROM generate_series(1, {ROWS}) AS n"""
_RESULTS = """INSERT INTO job_results (job_id, extracted_data, confidence_score, tokens_used)
SELECT id, jsonb_build_object('url', pdf_url), 0.87, 1800 FROM jobs"""
_COSTS = "UPDATE job_results SET model = 'reader-2', cost = 0.018, currency = 'EUR'"


def drill(url: str) -> Iterator[Claim]:
    """What became of the rows of an empty database on the way up, down and up again. At the end it
    has the last version, and no rows."""
    *earlier, last = files()
    with open_migrations(url) as database:
        up(run_on(database), earlier[-1].version)
        version = version_at(database)
        yield Claim(
            "the files before the last are applied", version == version_of(earlier), version
        )
        database.run(_JOBS)
        database.run(_RESULTS)
        before = _contents(database)
        counts = {one.rows for one in before.values()}
        yield Claim("jobs and their results are there", counts == {ROWS}, f"{ROWS:,} each")
        up(run_on(database))
        kept = not losses(before, _contents(database))
        yield Claim("the last file changes none of them", kept, version_at(database))
        database.run(_COSTS)
        yield refused(
            "going back is refused: costs would go", lambda: down(run_on(database), 1, None)
        )
        down(run_on(database, Allowed(data_loss=True)), 1, None)
        is_back = _contents(database) == before
        yield Claim("once allowed, all else is as it was", is_back, version_at(database))
        up(run_on(database))
        kept = version_at(database) == version_of([*earlier, last])
        kept = kept and not losses(before, _contents(database))
        yield Claim("and up again, with every row", kept, version_at(database))
        database.run("TRUNCATE jobs, job_results")


def verified(url: str) -> Claim:
    """Whether the database that was migrated is the one that is declared."""
    with open_tables(url, layer) as tables:
        declared = declared_tables(tables.open_layer, [], protect=False)
        found = verify_tables(declared, look_at(tables))
    is_green = not found.differing() and not found.unknown
    return Claim("the tables are those that are declared", is_green, f"{len(found.findings)} facts")


def _contents(database: MigrationDatabase) -> Mapping[str, Contents]:
    return read_contents(database, database.shapes())
