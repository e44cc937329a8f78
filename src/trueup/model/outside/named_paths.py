"""Paths given as text, as the filters of a list that a client asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..._kinds import checks_kinds, misspelt
from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import At, FieldPath, Path, Segment, at
from ..declarations.base import Model
from ..translation.follow import follow

MOST_SHOWN = 60
"""The characters of a text from outside that an error shows, at most."""

_STEP = re.compile(r"(?:^|(?<=.)\.)([^.\[\]]+)|\[(\d{1,6})\]")


@checks_kinds(fix='give the model, then the name: at_name(Order, "status")')
def at_name(model: type[Model], name: str) -> At[Any]:
    """The operators of a field that a text names: `at_name(Order, "address.zip") == "8001"`.

    name: names of fields, from the model down, with dots; positions of a list in brackets, as in
        `"lines[0].sku"`; keys of a map are steps as well. Values are checked when the condition is
        used, and texts are read as the type of the field: `at_name(Order, "total") > "12.50"`.

    A name that comes from outside is any field: compare it with those that may be asked for.

    Raises InvalidCall (unknown-attribute) for a text that is no path, or a path that no item has.
    """
    segments = _segments(name)
    if not segments or follow(model, segments) is None:
        raise _unknown(model, name, segments)
    path: Any = FieldPath(Path(model, segments))
    return at(path)


def _segments(name: str) -> tuple[Segment, ...]:
    """The steps of a path; none if the text is no path."""
    found: list[Segment] = []
    end = 0
    for step in _STEP.finditer(name):
        if step.start() != end:
            return ()
        found.append(step[1] if step[1] is not None else int(step[2]))
        end = step.end()
    return tuple(found) if end == len(name) else ()


def _unknown(model: type[Model], name: str, segments: Sequence[Segment]) -> InvalidCall:
    first = str(segments[0]) if segments else ""
    fix = misspelt(first[:MOST_SHOWN], model.model_fields, "fields")
    if first in model.model_fields:
        fix = f"look below {first!r}: what is named there does not exist"
    return InvalidCall(
        f"{model.__name__} has no attribute {name[:MOST_SHOWN]!r}",
        code=ErrorCode.UNKNOWN_ATTRIBUTE,
        where=Place(note="at_name()"),
        fix=fix,
    )
