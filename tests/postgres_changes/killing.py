"""What a child does: it brings a database to a declaration, and is killed at a statement."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.postgres_changes.bringing import bring
from tests.postgres_changes.test_life import MANY
from trueup.engines.postgres.wire.blocking import PostgresWire
from trueup.testing.postgres import PostgresServer


def run(asked: Mapping[str, Any]) -> int:
    """Bring the database to MANY, and be killed at statement number `kill_at`, before it is sent
    or after its reply; how many statements there were, if fewer."""
    server = PostgresServer(
        asked["host"], asked["port"], Path(asked["log"]), os.environ["PGPASSWORD"]
    )
    counted, lock, original = [0], threading.Lock(), PostgresWire.run_on

    def run_on(self: PostgresWire, *given: Any, **named: Any) -> Any:
        with lock:
            number = counted[0]
            counted[0] += 1
        if number == asked["kill_at"] and not asked["is_after"]:
            os.kill(os.getpid(), signal.SIGKILL)
        reply = original(self, *given, **named)
        if number == asked["kill_at"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return reply

    setattr(PostgresWire, "run_on", run_on)  # noqa: B010 - mypy knows methods as constants
    bring(server, asked["database"], MANY)
    return counted[0]
