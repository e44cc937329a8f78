"""Run the single changes of docs/changes.md by other tools, and write what came of each.

    python -m bench.compare_sql [--pgschema PROGRAM] [PART OF A NAME]

A change is made on a copy of its first database, as Alembic's autogenerate writes it for the second
one, which was made anew; then `pg_dump` says of both whether they are the same, and a second run
has nothing left to do. With the path of pgschema's program it does the same by that, too; else its
former results are kept. With a part of a name, those changes are shown, with what is written for
them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.compare_sql.alembic_run import Alembic
from bench.compare_sql.pgschema_run import Pgschema
from bench.compare_sql.tool import Tool
from tests.postgres_changes.bringing import bring
from tests.postgres_changes.cases import CASES, Case
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.schemas import HOUSE, SHOP
from tests.postgres_changes.shapes import Shapes
from trueup.testing.postgres import PostgresServer, running_postgres

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


def result(
    server: PostgresServer, databases: Databases, tool: Tool, case: Case, *, shown: bool
) -> str:
    """exact, near, lossy, partial, nothing, or the error."""
    with new_database(server, databases.of(case.before)) as one, new_database(server) as other:
        bring(server, other, case.after)
        try:
            written = tool.written(one, other)
            if shown:
                print(written)
            if not written:
                return "nothing"
            tool.change(one, written)
            made, wanted = (_dumped(server, name) for name in (one, other))
            if tool.written(one, other) or _trimmed(made) != _trimmed(wanted):
                return "partial"
        except Exception as error:  # noqa: BLE001 - whatever a tool raises is its result
            said = _without_names(str(error).splitlines()[0], one, other)
            return f"error: {type(error).__name__}: {said[:120]}"
    if case.group == RENAMES and tool.drops(written):
        return "lossy"
    return "exact" if made == wanted else "near"


def _without_names(text: str, one: str, other: str) -> str:
    """Without the names of databases, which are others each time."""
    return text.replace(one, "before").replace(other, "after")


def _dumped(server: PostgresServer, database: str) -> list[str]:
    """What pg_dump says, without the comments by which Trueup knows its indexes."""
    return [one for one in dumped(server, database) if " IS 'trueup {" not in one]


def _trimmed(dump: Sequence[str]) -> list[str]:
    """Without collations, and the white space at both ends of the bodies of functions: a tool may
    keep neither, as to many a declaration they do not matter."""
    bare = (_COLLATION.sub("", one) for one in dump)
    return [_ENDS.sub(r"\1", one) for one in bare]


_COLLATION = re.compile(r' COLLATE (?:\w+\.)?"[^"]+"')
_ENDS = re.compile(r"\s*(\$\w*\$)\s*")


def run(made: Callable[[PostgresServer, str], Tool], part: str) -> Mapping[str, Any]:
    """What came of each change, by its group and name, and of which releases.

    made: the tool on a server, given an empty database of its own.
    """
    found: dict[str, str] = {}
    with running_postgres() as server, ExitStack() as stack:
        os.environ["PGPASSWORD"] = server.password
        databases = Databases(server, stack)
        tool = made(server, stack.enter_context(new_database(server)))
        for case in CASES:
            name = f"{case.group}: {case.name}"
            if part in name:
                found[name] = result(server, databases, tool, case, shown=bool(part))
                print(f"{found[name]:12.60} {name}", flush=True)
        for shapes in (SHOP, HOUSE):
            same = databases.of(shapes)
            assert not tool.written(same, same), "it finds changes if there are none"
        versions = {"PostgreSQL": _release(server)} | dict(tool.versions())
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "versions": versions,
        "changes": found,
    }


def _release(server: PostgresServer) -> str:
    with psycopg.connect(server.as_superuser()) as connection:
        release = connection.execute("SHOW server_version").fetchone()
    assert release is not None
    return str(release[0]).split()[0]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the tools, and write the results if all changes were made."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare_sql")
    parser.add_argument("--pgschema", type=Path, metavar="PROGRAM", help="its path")
    parser.add_argument("part", nargs="?", default="", help="of the names of changes")
    given = parser.parse_args(arguments)
    results = json.loads(WRITTEN.read_text(encoding="utf-8"))
    results["alembic"] = run(lambda server, _: Alembic(server), given.part)
    if given.pgschema:
        program = given.pgschema.absolute()
        results["pgschema"] = run(
            lambda server, scratch: Pgschema(program, server, scratch), given.part
        )
    if not given.part:
        text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
        WRITTEN.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
