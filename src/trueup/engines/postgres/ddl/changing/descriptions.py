"""Descriptions: said, and said again of what a change made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .....schema.changes import ChangePart
from .....schema.engine import LiveTable, Step
from .....schema.facts import Path
from ..relational import describe, part
from .effects import Form, estimate
from .running import in_transaction

_KINDS = {
    "constraints": "constraint ",
    "indexes": "index ",
    "triggers": "trigger ",
    "types": "type ",
    "objects": "",
}


def of_description(change: ChangePart, live: Mapping[str, LiveTable]) -> Step:
    """The step that describes a thing."""
    schema, thing = change.schema, change.path[-1]
    told = estimate(Form.COMMENT, schema.name, live)
    statement = describe(schema, thing, change.after)
    return in_transaction(schema.name, f"describe the {thing}", [statement], estimate=told)


def described_again(change: ChangePart, live: Mapping[str, LiveTable]) -> Iterator[Step]:
    """The steps that describe what another change made anew, and what was described before it, so
    that no difference is left. What had no description has a change of its own."""
    thing = _thing(change.path)
    text = part(change.schema, "descriptions").get(thing)
    table = live.get(change.schema.name)
    before = part(table.schema, "descriptions").get(thing) if table else None
    if text and text == before and change.after is not None:
        yield of_description(ChangePart(change.schema, ("descriptions", thing), None, text), live)


def _thing(path: Path) -> str:
    if path[:2] == ("row_security", "policies"):
        return f"policy {path[-1]}"
    return _KINDS.get(path[0], " ") + path[-1]
