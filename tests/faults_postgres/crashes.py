"""A server of a test's own that ends at once, in several ways, and comes back on its old port."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.waiting import wait_until
from trueup.testing.postgres import PostgresServer

START_S = 30.0


@dataclass(slots=True)
class Crashing:
    """A durable server. children: those started again."""

    server: PostgresServer
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.server.log.parent / "data"

    def restart(self, ending: signal.Signals) -> None:
        """End it with this signal, and start it again as it was."""
        pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        os.kill(pid, ending)
        wait_until(lambda: self._has_ended(pid), START_S)
        self.start()

    def kill_process(self) -> None:
        """Kill a process that serves a caller: the server ends all connections, and recovers."""
        with self.connected() as watching:
            [found] = watching.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'trueup' LIMIT 1"
            ).fetchall()
            assert isinstance(found[0], int)
            os.kill(found[0], signal.SIGKILL)
            wait_until(lambda: has_ended(watching), START_S)
        wait_until(self.is_ready, START_S)

    def start(self) -> None:
        """Start it with its last options; what is left of it may need a moment to go."""
        end_s = time.monotonic() + START_S
        while not self._start_once():
            assert time.monotonic() < end_s

    def _start_once(self) -> bool:
        command = shlex.split((self.folder / "postmaster.opts").read_text())
        owner = self.folder.stat()
        child = subprocess.Popen(
            command,
            cwd=self.folder,
            user=owner.st_uid,
            group=owner.st_gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.children.append(child)
        wait_until(lambda: child.poll() is not None or self.is_ready(), START_S)
        return child.poll() is None

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        with suppress(psycopg.OperationalError), self.connected():
            return True
        return False

    def connected(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of another program."""
        return psycopg.connect(self.server.url.partition("?")[0], user="trueup", autocommit=True)

    def _has_ended(self, pid: int) -> bool:
        for child in self.children:
            child.poll()
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    def end(self) -> None:
        """End what was started again."""
        for child in self.children:
            child.send_signal(signal.SIGQUIT)
            child.wait(START_S)


def has_ended(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the server has ended a connection."""
    try:
        connection.execute("SELECT")
    except psycopg.OperationalError:
        return True
    return False
