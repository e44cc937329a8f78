"""Requests for the eye: JSON by its structure, SQL in lines that fit. The text is what is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap

from .document import ShownRequest


def request_lines(request: ShownRequest, width: int) -> Iterator[str]:
    """The name of a request, and what is sent."""
    yield request.action
    if request.language == "json":
        yield from json.dumps(json.loads(request.text), indent=2, ensure_ascii=False).splitlines()
        return
    for line in request.text.splitlines():
        comment = "-- " if line.startswith("-- ") else ""
        yield from wrap(line, width, subsequent_indent=comment or "  ", break_long_words=False)
