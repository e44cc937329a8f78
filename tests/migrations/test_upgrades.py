"""Upgrades: a database comes from an earlier version in one run, with the rows it had then."""

from __future__ import annotations

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site, nobody
from trueup.migrations.files import Migration
from trueup.migrations.port import MigrationDatabase
from trueup.migrations.proving.folder import MOST_RELEASED, prove, released_before
from trueup.migrations.proving.proofs import Proof, Proofs
from trueup.migrations.proving.refusals import Refused

ADD = "ALTER TABLE jobs ADD COLUMN n bigint;"
DROP = "ALTER TABLE jobs DROP COLUMN n;"


def upgraded(site: Site, *released: int) -> list[Proof | Refused]:
    with site.opened() as database:
        return list(prove(database, site.files, site.files, nobody, (), released))


@pytest.mark.server
@pytest.mark.case("P16")
def test_what_only_fails_where_files_run_together_is_refused(site: Site) -> None:
    """Step by step there are rows between the files; a new database has none."""
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_n", ADD, DROP)
    site.write(
        "0003_count",
        "CREATE TABLE counted (n bigint CHECK (n > 0)); INSERT INTO counted SELECT count(*) FROM"
        " jobs WHERE name = name;",
        "DROP TABLE counted;",
    )
    assert all(isinstance(one, Proof) for one in upgraded(site))
    first, second, refused = upgraded(site, 1, 0)
    assert isinstance(first, Proof)
    assert isinstance(second, Proof)
    assert isinstance(refused, Refused)
    assert (refused.migration.name, refused.what) == (
        "0003_count",
        "it fails on its way up on an empty database in one run",
    )


@pytest.mark.server
@pytest.mark.case("P16")
def test_a_label_of_one_file_is_there_for_the_next_and_not_for_the_same(
    postgres_site: Site,
) -> None:
    site = postgres_site
    site.write(
        "0001_jobs",
        "CREATE TYPE state AS ENUM ('new'); CREATE TABLE jobs (id int PRIMARY KEY, s state);",
        "DROP TABLE jobs; DROP TYPE state;",
    )
    label, use = "ALTER TYPE state ADD VALUE 'done';", "UPDATE jobs SET s = 'done';"
    forward = "-- trueup: forward-only a label cannot be dropped"
    site.write("0002_label", label, None, head=forward)
    site.write("0003_use", use, "UPDATE jobs SET s = 'new';")
    found = upgraded(site, 0, 1)
    assert [one.upgrades_from for one in found if isinstance(one, Proof)] == [[], [], [0, 1]]
    site.up(to=1)
    assert site.up() == ["0002_label", "0003_use"]
    (site.folder / "0003_use.sql").unlink()
    site.write("0002_label", f"{label}\n{use}", None, head=forward)
    refused = upgraded(site)[-1]
    assert isinstance(refused, Refused)
    assert refused.error is not None
    assert refused.error.native.startswith("55P04")


def test_upgrades_come_from_the_empty_database_and_from_what_was_proved_before(
    sqlite_site: Site,
) -> None:
    site = sqlite_site
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    for number in range(2, 15):
        site.write(
            f"{number:04d}_n", f"CREATE TABLE t{number} (n bigint);", f"DROP TABLE t{number};"
        )
    with site.opened() as database:
        files = site.files
        proofs = Proofs(tuple(proof_of(one, database) for one in files))

        def versions(proofs: Proofs, *, every: bool = False) -> list[int]:
            return released_before(files, files[-1:], proofs, database, every=every)

        assert versions(Proofs()) == [0]
        assert versions(proofs) == [0, *range(13 - MOST_RELEASED, 13)]
        assert versions(Proofs(), every=True) == list(range(13))
        assert released_before(files[:1], files[:1], proofs, database, every=True) == []


def proof_of(migration: Migration, database: MigrationDatabase) -> Proof:
    """A proof as a file has it."""
    return Proof(
        name=migration.name,
        checksum=migration.checksum,
        chain=migration.chain,
        engine=database.dialect.value,
        major=database.major,
        before={},
        after={},
        rows={},
    )
