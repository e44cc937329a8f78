"""Run the single changes of docs/changes.md by Alembic, and write what came of each.

    python -m bench.compare_sql [PART OF A NAME]

A change is made on a copy of its first database, as autogenerate writes it for the second one,
which was made anew; then `pg_dump` says of both whether they are the same, and a second run has
nothing left to do. With a part of a name, those changes are shown, with what is written for them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from bench.compare_sql import alembic_run
from tests.postgres_changes.bringing import bring
from tests.postgres_changes.cases import CASES, Case
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.schemas import HOUSE, SHOP
from tests.postgres_changes.shapes import Shapes
from trueup.testing.postgres import PostgresServer, running_postgres
from trueup.testing.postgres_process import SUPERUSER

RENAMES = "Names"
"""The group of changes that keep what is there, under another name."""

WRITTEN = Path(__file__).with_name("results.json")


class Databases:
    """Those that the changes begin with, made once."""

    def __init__(self, server: PostgresServer, stack: ExitStack) -> None:
        self._server, self._stack = server, stack
        self._made: list[tuple[Shapes, str]] = []

    def of(self, shapes: Shapes) -> str:
        """The database of a declaration, which is known again as the same value."""
        for known, name in self._made:
            if known is shapes:
                return name
        name = self._stack.enter_context(new_database(self._server))
        bring(self._server, name, shapes)
        self._made.append((shapes, name))
        return name


def result(server: PostgresServer, databases: Databases, case: Case, *, shown: bool) -> str:
    """exact, lossy, partial, nothing, or the error."""
    with new_database(server, databases.of(case.before)) as one, new_database(server) as other:
        bring(server, other, case.after)
        urls = [_url(server, name) for name in (one, other)]
        try:
            code = alembic_run.written(*urls)
            if shown:
                print(code)
            if not code:
                return "nothing"
            alembic_run.change(urls[0], code)
            if _dumped(server, one) != _dumped(server, other) or alembic_run.written(*urls):
                return "partial"
        except Exception as error:  # noqa: BLE001 - whatever a tool raises is its result
            return f"error: {type(error).__name__}: {str(error).splitlines()[0][:120]}"
    return "lossy" if case.group == RENAMES and alembic_run.drops(code) else "exact"


def _dumped(server: PostgresServer, database: str) -> list[str]:
    """What pg_dump says, without the comments by which Trueup knows its indexes."""
    return [one for one in dumped(server, database) if " IS 'trueup {" not in one]


def _url(server: PostgresServer, database: str) -> str:
    """As the superuser, whom no policy stops."""
    where = f"host={server.log.parent}&port={server.port}"
    return f"postgresql+psycopg://{SUPERUSER}@/{database}?{where}"


def run(part: str) -> Mapping[str, str]:
    """The result of each change, by its group and name."""
    found: dict[str, str] = {}
    with running_postgres() as server, ExitStack() as stack:
        os.environ["PGPASSWORD"] = server.password
        databases = Databases(server, stack)
        for case in CASES:
            name = f"{case.group}: {case.name}"
            if part in name:
                found[name] = result(server, databases, case, shown=bool(part))
                print(f"{found[name]:12.60} {name}", flush=True)
        for shapes in (SHOP, HOUSE):
            url = _url(server, databases.of(shapes))
            assert not alembic_run.written(url, url), "it finds changes if there are none"
        with psycopg.connect(server.as_superuser()) as connection:
            release = connection.execute("SHOW server_version").fetchone()
    assert release is not None
    found["PostgreSQL"] = release[0].split()[0]
    return found


def main(part: str = "") -> None:
    """Run them, and write the results if all were run."""
    found = dict(run(part))
    release = found.pop("PostgreSQL")
    if part:
        return
    document = {
        "measured": datetime.now(UTC).date().isoformat(),
        "versions": {"PostgreSQL": release}
        | {package: version(package) for package in alembic_run.PACKAGES},
        "alembic": found,
    }
    WRITTEN.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
