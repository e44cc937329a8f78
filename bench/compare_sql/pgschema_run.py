"""What pgschema does to lead one database to another.

Its desired state is a file of SQL: what `pg_dump` says of the database after. It is made in a
database of its own, of the same server, which has the same extensions. pgschema is a program of its
own, in Go, that nothing here builds: https://github.com/pgplex/pgschema.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from trueup.testing.postgres import PostgresServer
from trueup.testing.postgres_process import SUPERUSER
from trueup.testing.postgres_programs import postgres_programs

TIMEOUT_S = 60.0
_SESSION = re.compile(r"^(SET |SELECT pg_catalog|CREATE SCHEMA|\\).*$", re.MULTILINE)
"""Lines of `pg_dump` that say how its file is to be read, and the schema that is always there."""
_DROPS = re.compile(r"\bDROP (COLUMN|TABLE)\b")


class ToolFailed(Exception):
    """The program ended with an error. The message: its last words."""


@dataclass(frozen=True)
class Pgschema:
    """The program on a server. scratch: the database in which it makes the desired state."""

    program: Path
    server: PostgresServer
    scratch: str

    def versions(self) -> Mapping[str, str]:
        """As its help says it."""
        found = re.search(r"Version: (\S+)@", self._run("help"))
        return {"pgschema": found[1] if found else "unknown"}

    def written(self, before: str, after: str) -> str:
        """The plan as JSON; empty if it has no statements."""
        with TemporaryDirectory() as folder:
            wanted = Path(folder) / "wanted.sql"
            wanted.write_text(self._desired(after), encoding="utf-8")
            plan = self._run(
                "plan",
                *self._database(before),
                *self._database(self.scratch, "plan-"),
                f"--file={wanted}",
                "--output-json=stdout",
            )
        return plan if json.loads(plan)["groups"] else ""

    def change(self, before: str, written: str) -> None:
        """Apply the plan."""
        with TemporaryDirectory() as folder:
            plan = Path(folder) / "plan.json"
            plan.write_text(written, encoding="utf-8")
            self._run("apply", *self._database(before), f"--plan={plan}", "--auto-approve")

    def drops(self, written: str) -> bool:
        """Whether a statement of the plan says so."""
        return _DROPS.search(written) is not None

    def _database(self, name: str, prefix: str = "") -> list[str]:
        """As the superuser, by the socket of the server."""
        return [
            f"--{prefix}host={self.server.log.parent}",
            f"--{prefix}port={self.server.port}",
            f"--{prefix}user={SUPERUSER}",
            f"--{prefix}db={name}",
            f"--{prefix}sslmode=disable",
        ]

    def _desired(self, database: str) -> str:
        programs = postgres_programs()
        assert programs is not None
        dump = [str(programs / "pg_dump"), "--schema-only", "--no-owner", "--schema=public"]
        return _SESSION.sub("", _output([*dump, self.server.as_superuser(database)]))

    def _run(self, *arguments: str) -> str:
        return _output([str(self.program), *arguments])


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    if done.returncode:
        words = [line for line in done.stderr.splitlines() if line.strip()]
        raise ToolFailed(words[-1] if words else f"exit code {done.returncode}")
    return done.stdout
