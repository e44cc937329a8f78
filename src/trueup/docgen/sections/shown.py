"""Requests as a page shows them."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol, runtime_checkable

from ...operations.operation import Request, Shown
from ..text.layout import json_text
from ..text.markdown import code, fenced


@runtime_checkable
class Showable(Protocol):
    """A payload that can be shown to people."""

    @property
    def shown(self) -> Shown:
        """Its text."""
        ...


_COLUMNS = re.compile(r'(?<=SELECT ).*?(?= FROM ")', re.DOTALL)


def shown_in_brief(request: Request[Any]) -> str:
    """The name of a request of SQL, and what is sent, but for the columns that it reads."""
    return _COLUMNS.sub("…", shown_request(request))


def shown_request(request: Request[Any]) -> str:
    """The name of a request, and exactly what is sent."""
    payload = request.payload
    shown = payload.shown if isinstance(payload, Showable) else Shown("text", repr(payload))
    text = json_text(json.loads(shown.text)) if shown.language == "json" else shown.text
    return f"{code(request.action)}:\n\n{fenced(shown.language, text)}"
