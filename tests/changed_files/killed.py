"""A process that changes a file, and is killed before its nth statement or call of the system."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trueup.engines.sqlite.wire.connections import Connection

_CALLS = frozenset({"os.rename", "tempfile.mkstemp", "sqlite3.connect"})


@dataclass
class _Points:
    """The points that a process has passed; it is killed at one of them."""

    last: int
    passed: list[str] = field(default_factory=list)

    def passes(self, what: str) -> None:
        self.passed.append(what)
        if len(self.passed) == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count what this process does from now on, for good."""
        for name in ("execute", "executemany"):
            setattr(Connection, name, self._counted(getattr(Connection, name)))
        sys.addaudithook(lambda event, _: self.passes(event) if event in _CALLS else None)

    def _counted(self, run: Callable[..., Any]) -> Callable[..., Any]:
        def counted(connection: Any, sql: str, *parameters: Any) -> Any:
            self.passes(sql)
            return run(connection, sql, *parameters)

        return counted


def in_child(work: Callable[[], object], *, last: int = 0, told: Path | None = None) -> bool:
    """Do work in a process that is killed at its last point; 0 for none. Whether it was killed.

    told: a file for the points that were passed.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            points = _Points(last)
            points.watch()
            work()
            if told is not None:
                told.write_text("\0".join(points.passed), encoding="utf-8")
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def points_of(work: Callable[[], object], told: Path) -> list[str]:
    """The points of work that is not killed."""
    assert not in_child(work, told=told)
    return told.read_text(encoding="utf-8").split("\0")


def kind_of(point: str) -> str:
    """What a point has in common with others: its statement without values."""
    return re.sub(r"\s+", " ", re.sub(r"'[^']*'|\d+", "?", point))
