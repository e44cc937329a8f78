"""Proofs: up, down and up again on a shadow, over rows; and what runs without one."""

from __future__ import annotations

import pytest

from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.errors import Blocked, ErrorCode
from trueup.migrations.proving.proofs import Proof
from trueup.migrations.proving.rows import load

pytestmark = pytest.mark.server

PARTS = "CREATE TABLE parts (id bigint PRIMARY KEY, job bigint REFERENCES jobs (id));"
ADD = "ALTER TABLE jobs ADD COLUMN priority bigint;"
DROP = "ALTER TABLE jobs DROP COLUMN priority;"


def proofs(site: Site) -> list[Proof]:
    found = site.prove()
    assert all(isinstance(one, Proof) for one in found), found
    return [one for one in found if isinstance(one, Proof)]


def test_a_proof_is_over_a_thousand_rows_a_table(site: Site) -> None:
    site.write("0001_jobs", f"{JOBS}\n{PARTS}", f"DROP TABLE parts; {UNDO_JOBS}")
    (proof,) = proofs(site)
    assert proof.rows == {"jobs": 1000, "parts": 1000}


def test_rows_have_nulls_and_the_ends_of_ranges_and_point_to_rows_that_are_there(
    site: Site,
) -> None:
    with site.opened() as database, database.shadow() as shadow:
        for statement in (JOBS, PARTS):
            shadow.run(statement.rstrip(";"))
        for shape in shadow.shapes():
            assert load(shadow, shape) == 1000
        ends = shadow.query("SELECT min(id), max(id), min(length(name)), max(name) FROM jobs")
        empty = shadow.query("SELECT count(*) BETWEEN 20 AND 200 FROM parts WHERE job IS NULL")
        lost = shadow.query("SELECT 1 FROM parts WHERE job NOT IN (SELECT id FROM jobs)")
    assert ends[0][:3] == (-(2**63), 2**63 - 1, 0)
    assert (bool(empty[0][0]), list(lost)) == (True, [])


def test_rows_fit_a_check_that_names_the_values_of_another_column(postgres_site: Site) -> None:
    postgres_site.write(
        "0001_jobs",
        "CREATE TABLE jobs (id bigint PRIMARY KEY, state text NOT NULL, done_at timestamptz,"
        " CHECK (state <> 'done' OR done_at IS NOT NULL));"
        "CREATE TABLE parts (job bigint UNIQUE REFERENCES jobs (id), share numeric(3, 2),"
        " CHECK (share BETWEEN 0 AND 1));",
        "DROP TABLE parts; DROP TABLE jobs;",
    )
    (proof,) = proofs(postgres_site)
    assert proof.few == []


def test_extension_may_stay_behind_on_the_way_down(postgres_site: Site) -> None:
    postgres_site.write("0001_text", "CREATE EXTENSION IF NOT EXISTS citext;", "SELECT 1;")
    proofs(postgres_site)


def test_what_down_loses_is_announced(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_priority", ADD, DROP)
    first, second = proofs(site)
    assert (first.loses_up, first.loses_down) == ([], ["jobs: all its rows"])
    assert (second.loses_up, second.loses_down) == ([], ["jobs.priority: its values"])


def test_what_up_loses_is_announced_and_has_to_be_allowed(site: Site) -> None:
    site.write("0001_jobs", JOBS.replace("state text NOT NULL", "state text"), UNDO_JOBS)
    site.write(
        "0002_state",
        "ALTER TABLE jobs DROP COLUMN state;",
        "ALTER TABLE jobs ADD COLUMN state text;",
    )
    assert proofs(site)[1].loses_up == ["jobs.state: its values"]
    site.up(to=1)
    with pytest.raises(Blocked, match="loses something on its way up") as caught:
        site.up(data_loss=False)
    assert (caught.value.code, caught.value.allowed_by) == (
        ErrorCode.NOT_ALLOWED,
        "--allow-data-loss",
    )
    assert site.up() == ["0002_state"]


def test_a_way_down_that_does_not_bring_the_schema_back_is_refused(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write(
        "0002_priority", f"{ADD}\nCREATE INDEX by_name ON jobs (name);", "DROP INDEX by_name;"
    )
    assert "down does not bring the schema back: table" in site.refused().what


def test_a_way_down_that_fails_is_refused(site: Site) -> None:
    site.write("0001_jobs", JOBS, "DROP TABLE job;")
    refused = site.refused()
    assert (refused.what, refused.error is None) == ("it fails on its way down", False)


@pytest.mark.case("P24")
def test_what_fails_only_on_tables_with_rows_is_refused(postgres_site: Site) -> None:
    """Deferred references have events that are pending when the table is altered."""
    site = postgres_site
    site.write(
        "0001_parts",
        "CREATE TABLE parts (id bigint PRIMARY KEY, of bigint REFERENCES parts DEFERRABLE"
        " INITIALLY DEFERRED);",
        "DROP TABLE parts;",
    )
    site.write(
        "0002_both",
        "UPDATE parts SET of = id; ALTER TABLE parts ADD COLUMN n int;",
        "ALTER TABLE parts DROP COLUMN n;",
    )
    refused = site.refused()
    assert refused.error is not None
    assert refused.error.native.startswith("55006")


def test_a_column_that_may_have_no_value_cannot_be_required_without_filling_it(
    postgres_site: Site,
) -> None:
    site = postgres_site
    site.write("0001_jobs", JOBS.replace("state text NOT NULL", "state text"), UNDO_JOBS)
    require, allow = (f"ALTER TABLE jobs ALTER state {verb} NOT NULL;" for verb in ("SET", "DROP"))
    path = site.write("0002_state", require, allow)
    assert site.refused().what == "it fails on its way up"
    path.unlink()
    site.write("0002_state", f"UPDATE jobs SET state = '' WHERE state IS NULL; {require}", allow)
    assert proofs(site)[1].loses_up == ["jobs.state: its values"]


def test_what_a_migration_expects_is_given_to_it(postgres_site: Site) -> None:
    site = postgres_site
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    check = "ALTER TABLE jobs ADD CONSTRAINT positive CHECK (id > 0);"
    undo = "ALTER TABLE jobs DROP CONSTRAINT positive;"
    site.write("0002_check", check, undo)
    assert site.refused().what == "it fails on its way up"
    site.write("0002_check", f"-- trueup: expects jobs: id > 0\n{check}", undo)
    assert len(proofs(site)) == 2


def test_a_file_without_a_way_down_is_proved_forward(site: Site) -> None:
    site.write("0001_jobs", JOBS, None, head="-- trueup: forward-only it is the first")
    (proof,) = proofs(site)
    assert (proof.is_forward, proof.rows) == (True, {"jobs": 1000})


def test_nothing_runs_without_a_proof(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    check_unproved(site, "it was never proved")
    site.prove()
    site.write("0001_jobs", f"{JOBS}\nCREATE INDEX by_name ON jobs (name);", UNDO_JOBS)
    check_unproved(site, "its file was changed after its proof")
    site.prove()
    assert site.up(unproved=False) == ["0001_jobs"]


def test_a_proof_holds_for_the_files_before_it(site: Site) -> None:
    site.write("0002_jobs", JOBS, UNDO_JOBS)
    site.prove()
    site.write("0001_other", "CREATE TABLE other (id bigint);", "DROP TABLE other;")
    site.up(to=1)
    check_unproved(site, "a file before it was changed after its proof")


def test_a_proof_of_another_major_version_does_not_fit(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.prove()
    path = site.folder / "proofs.json"
    with site.opened() as database:
        mine = f'"major": "{database.major}"'
    path.write_text(path.read_text("utf-8").replace(mine, '"major": "1"'), encoding="utf-8")
    check_unproved(site, "it was proved on")


def test_a_schema_that_somebody_changed_by_hand_is_not_the_proved_one(site: Site) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    site.write("0002_priority", ADD, DROP)
    site.prove()
    site.up(to=1)
    site.execute("CREATE TABLE besides (id bigint)", "CREATE INDEX by_hand ON jobs (name)")
    check_unproved(site, "not the one that it was proved on: table")
    site.execute("DROP INDEX by_hand")
    assert site.up(unproved=False) == ["0002_priority"]


def check_unproved(site: Site, why: str) -> None:
    with pytest.raises(Blocked, match=why) as caught:
        site.up(unproved=False)
    assert caught.value.code is ErrorCode.MIGRATION_UNPROVED
    assert not any("0002" in one.name for one in site.history())
