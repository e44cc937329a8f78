"""A process that forks a child for each line of input, so that a kill costs no start of Python.

A line is JSON: `{"run": "tests.kills.applying:apply", "folder": …, …}`. The child calls the
function with all of it. In the folder are afterwards `pid`, `answer` (what the function returned,
as JSON, if it did) and `ended` (how the child ended).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any


def serve() -> None:
    """Fork for each line, until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            watch(json.loads(line))
            os._exit(0)


def watch(asked: dict[str, Any]) -> None:
    """Fork the child, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(asked["folder"])
    child = os.fork()
    if child == 0:
        work(asked, folder)
    write(folder / "pid", str(child))
    _, status = os.waitpid(child, 0)
    write(folder / "ended", str(os.waitstatus_to_exitcode(status)))


def work(asked: dict[str, Any], folder: Path) -> None:
    """Do what is asked, in the child."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by tests in the background
    module, _, name = asked["run"].partition(":")
    try:
        write(folder / "answer", json.dumps(getattr(import_module(module), name)(asked)))
    except BaseException:  # noqa: BLE001 - the parent tells of it
        write(folder / "failure", traceback.format_exc())
        os._exit(1)
    os._exit(0)


def write(path: Path, text: str) -> None:
    """A file that is there with all of its text, or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    for module in sys.argv[1:]:
        import_module(module)
    serve()
