"""Guards: plans that are not carried out, unless an option, or a person, allows it.

They look at the plan that was made under the lock, never at what a file says of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Blocked, ErrorCode, Place
from ..schema.changes import AddTable
from ..schema.plan import Plan
from .inspection import Intent, Sides
from .state.records import Scope

_NO_OPTION = "no option allows it"
_CHOOSE = "choose a stage that is not protected"
_LIFT = (
    "its tables were recorded as protected: run trueup apply on a terminal first, which asks for "
    "the stage's name, and ends that if the stage no longer says protect = true"
)


def loses(plan: Plan) -> bool:
    """Whether a plan has a change that has to be allowed, whether or not it is."""
    return any(hazard.blocks(()) for planned in plan.changes for hazard in planned.hazards)


def check_allowed(plan: Plan, intent: Intent) -> None:
    """Refuse a plan with changes that no given option allows. Raises Blocked (not-allowed)."""
    blocked = plan.blocked(intent.allowed)
    hazards = [hazard for planned in blocked for hazard in planned.blocked_by(intent.allowed)]
    if not hazards:
        return
    tables = [planned.change.schema.name for planned in blocked]
    options = list(dict.fromkeys(hazard.allowed_by for hazard in hazards if hazard.allowed_by))
    is_forbidden = any(hazard.is_forbidden for hazard in hazards)
    raise Blocked(
        f"the plan has changes that {'are not' if is_forbidden else 'have to be'} allowed\n  "
        + "\n  ".join(
            f"[{hazard.code}] {hazard.text}: {hazard.allowed_by or _NO_OPTION}"
            for hazard in hazards
        ),
        where=Place(table=", ".join(dict.fromkeys(tables))),
        fix="change what is declared, as is said above; nothing was changed"
        if is_forbidden
        else "allow them by the options above, if this is what you want; nothing was changed",
        code=ErrorCode.NOT_ALLOWED,
        allowed_by="" if is_forbidden else " ".join(options),
    )


def check_protected(sides: Sides, plan: Plan, intent: Intent, scope: Scope) -> None:
    """Refuse what a protected stage refuses: by the settings of the caller, or by the records of
    the tables, which a caller with other settings cannot change.

    Raises Blocked (protected-stage).
    """
    for name in _taken(plan):
        owner = sides.records[name].scope if name in sides.records else scope
        if owner.protect and owner != scope:
            raise protected(f"the table {name} is recorded for the {owner}, which is protected")
    if not is_protected(sides, scope):
        return
    if intent.is_destroy:
        raise protected(
            f"the {scope} is protected: its tables are not dropped together",
            _CHOOSE if scope.protect else _LIFT,
        )
    if loses(plan) and not intent.is_named:
        raise protected(
            f"the {scope} is protected, and the plan loses something",
            "run trueup apply on a terminal without --auto-approve: it asks for the stage's name",
        )


def is_protected(sides: Sides, scope: Scope) -> bool:
    """Whether the stage protects its tables, now or when a run last recorded them."""
    return scope.protect or any(record.protect for record in sides.owned.ours.values())


def protected(what: str, fix: str = _CHOOSE, note: str = "nothing was changed") -> Blocked:
    """The refusal of something that is not done to a protected stage, from wherever."""
    return Blocked(
        what,
        where=Place(note=note),
        fix=fix,
        code=ErrorCode.PROTECTED_STAGE,
    )


def _taken(plan: Plan) -> Iterator[str]:
    """The names of tables that a plan creates, and so owns."""
    return (step.schema.name for step in plan.steps if isinstance(step, AddTable))
