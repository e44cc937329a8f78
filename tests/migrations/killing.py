"""What a child does: it applies migrations, and is killed before a call of the database."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.migrations.site import Site
from trueup.errors import TrueupError
from trueup.migrations.postgres.database import PostgresMigrations
from trueup.migrations.sqlite.database import SqliteMigrations

CALLS = ("query", "run", "begin", "commit")


def run(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Run up, or down, and be killed before call number `kill_at`, if there are so many."""
    site = Site(asked["url"], Path(asked["site"]))
    counted = [0]
    if "kill_at" in asked:
        for kind in (PostgresMigrations, SqliteMigrations):
            for name in CALLS:
                _kill_before(kind, name, counted, asked["kill_at"])
    try:
        done = site.down(asked["down"]) if asked.get("down") else site.up()
    except TrueupError as error:
        return {"error": error.code.value, "text": str(error)}
    return {"done": done, "calls": counted[0]}


def _kill_before(kind: type, name: str, counted: list[int], number: int) -> None:
    original = getattr(kind, name)

    def call(self: Any, *given: Any, **named: Any) -> Any:
        if counted[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        counted[0] += 1
        return original(self, *given, **named)

    setattr(kind, name, call)
