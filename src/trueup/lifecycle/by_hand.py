"""How a person mends what verify finds and no engine changes: by the engine's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..errors import ErrorCode, NeedsOperator
from ..schema.changes import Change, ChangeKey, SetFact, path_of
from ..schema.diff import diff_table
from ..schema.engine import LiveTable, SchemaEngine
from ..schema.facts import Path, Value
from ..schema.tables import TableSchema
from ..schema.verify import Finding


def by_hand(
    engine: SchemaEngine, declared: TableSchema, live: LiveTable, findings: Iterable[Finding]
) -> Iterator[tuple[Path, str]]:
    """The paths of findings that the engine refuses to mend, each with what to do."""
    refused = {
        path_of(change): change
        for change in diff_table(declared, live.schema)
        if not isinstance(change, ChangeKey) and _refusal(engine, change)
    }
    for finding in findings:
        path = finding.difference.path
        for place, change in refused.items():
            if finding.verdict == "differs" and path[: len(place)] == place:
                alone = _alone(change, finding, path[len(place) :])
                yield path, _refusal(engine, alone) or _refusal(engine, change)


def _refusal(engine: SchemaEngine, change: Change) -> str:
    """What to do about a change that the engine cannot make; empty if it can."""
    try:
        engine.render([change])
    except NeedsOperator as error:
        return error.fix if error.code is ErrorCode.SCHEMA_MISMATCH else ""
    return ""


def _alone(change: Change, finding: Finding, path: Path) -> Change:
    """The same change, of the one fact at a path below it."""
    if not isinstance(change, SetFact):
        return change
    found, declared = finding.difference.found, finding.difference.declared
    return SetFact(
        change.schema, change.name, _nested(path, found), _nested(path, declared), change.index
    )


def _nested(path: Path, value: Value) -> Value:
    for name in reversed(path):
        value = {name: value}
    return value
