"""A log of calls: which requests the tests of a project made, for `trueup generate report`."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ..operations.events import RequestEvent, RequestFinished


class CallLog:
    """A subscriber that appends each kind of call once to a file: `db.subscribe(CallLog(path))`.

    A line is a JSON object with operation, action, table and index, and neither keys nor items.
    Several processes may append to one file. Calls that failed are left out.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._known: set[tuple[str, str, str, str]] = set()

    def __call__(self, event: RequestEvent) -> None:
        """Note a request that succeeded."""
        if not isinstance(event, RequestFinished) or event.error:
            return
        call = (event.operation, event.action, event.table, event.index or "")
        if call in self._known:
            return
        self._known.add(call)
        line = json.dumps(dict(zip(("operation", "action", "table", "index"), call, strict=True)))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
