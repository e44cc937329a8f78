"""The plan of a stage as the SQL of a migration, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from ..._dataclass import dataclass
from ...configuration.stage import StagedLayer
from ...errors import ErrorCode, NeedsOperator, Place, UnsupportedByEngine
from ...lifecycle.inspection import inspect
from ...schema.engine import SchemaEngine, Step
from ...schema.plan import PlannedChange
from ..plan import new_intent
from ..planning.target import open_target_to_read
from ..planning.view import check_made, view_of


@dataclass(frozen=True, slots=True)
class PlannedSql:
    """The statements of a plan, up and down. forward_only: why there is no way down, if so."""

    up: tuple[str, ...]
    down: tuple[str, ...]
    forward_only: str = ""


def planned_sql(staged: StagedLayer) -> PlannedSql:
    """What `trueup plan` would change on a stage, in SQL.

    Raises UnsupportedByEngine where plans are no SQL, and NeedsOperator for a change that the
    engine cannot make.
    """
    with open_target_to_read(staged) as target:
        sides = inspect(target)
        view = view_of(target, sides, new_intent([], destroy=False))
        check_made(view)
        up = _statements([step for shown in view.changes for step in shown.steps])
        if len(up) < len(view.changes):
            raise UnsupportedByEngine(
                "the plan of this engine is not told in SQL",
                where=Place(note="--from-plan"),
                fix="write the migration by hand; on PostgreSQL plans are SQL",
            )
        planned = [shown.planned for shown in view.changes]
        down = _down(target.opened.open_layer.engine, planned)
    if down is None:
        lost = "the plan drops what no statement brings back"
        return PlannedSql(up, (), lost)
    return PlannedSql(up, down)


def _down(engine: SchemaEngine, planned: Sequence[PlannedChange]) -> tuple[str, ...] | None:
    """What undoes the changes, the last first; None if one of them cannot be undone."""
    inverses = [one.inverse() for one in reversed(planned)]
    known = [one for one in inverses if one is not None]
    if len(known) < len(inverses):
        return None
    try:
        return _statements(engine.render(known, {}))
    except NeedsOperator as error:
        if error.code is not ErrorCode.SCHEMA_MISMATCH:
            raise
    return None


def _statements(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(step.statements for step in steps))
