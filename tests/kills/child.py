"""Children that can be killed, stopped and awaited."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.waiting import wait_until

NURSERY = Path(__file__).with_name("nursery.py")
LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Child:
    """A child that was begun. Its answer is what its function returned."""

    folder: Path

    @property
    def pid(self) -> int:
        wait_until((self.folder / "pid").exists, LONGEST_S)
        return int((self.folder / "pid").read_text(encoding="utf-8"))

    def send(self, sent: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, sent)

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        self.send(signal.SIGKILL)
        assert self.ended() == -signal.SIGKILL

    @property
    def has_ended(self) -> bool:
        """Whether it is gone."""
        return (self.folder / "ended").exists()

    def ended(self) -> int:
        """Its exit code, once it has ended; of a killed one the negative signal."""
        wait_until(lambda: self.has_ended, LONGEST_S)
        return int((self.folder / "ended").read_text(encoding="utf-8"))

    def answer(self) -> Any:
        """What it answered, once it has ended."""
        code, failure = self.ended(), self.folder / "failure"
        assert code == 0, failure.read_text(encoding="utf-8") if failure.exists() else code
        return json.loads((self.folder / "answer").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Nursery:
    """Begins children."""

    process: subprocess.Popen[str]
    folder: Path
    children: list[Child] = field(default_factory=list)

    def begin(self, run: str, **asked: Any) -> Child:
        """A child that calls a function, `module:name`, with what is asked."""
        assert self.process.stdin
        folder = mkdtemp(dir=self.folder)
        self.process.stdin.write(json.dumps({"run": run, "folder": folder, **asked}) + "\n")
        self.process.stdin.flush()
        self.children.append(Child(Path(folder)))
        return self.children[-1]

    def end_all(self) -> None:
        """Kill those that a failed test left behind, stopped ones too."""
        for child in self.children:
            if not child.has_ended:
                child.kill()


@contextmanager
def open_nursery(folder: Path, *modules: str) -> Iterator[Nursery]:
    """A nursery whose children have these modules."""
    paths = os.pathsep.join([*filter(None, sys.path), os.getcwd()])
    process = subprocess.Popen(
        [sys.executable, NURSERY, *modules],
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        text=True,
    )
    with process:
        nursery = Nursery(process, folder)
        try:
            yield nursery
        finally:
            nursery.end_all()
            assert process.stdin
            process.stdin.close()
