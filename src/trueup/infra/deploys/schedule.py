"""The schedule: which change of a plan is made by which update of a stack.

DynamoDB makes or drops one index of a table at a time, and CloudFormation refuses an update with
two of them, as a whole. It says that an update is complete while the index is still being filled.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
        (one index per update; what needs replacement)
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html (an hour between
        changes of the expiry)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..._dataclass import dataclass
from ...schema.changes import AddIndex, Change, ChangeIndex, DropIndex, SetTtl
from ...schema.hazard import Hazard, HazardCode
from ...schema.plan import Plan, PlannedChange

REFUSED = (
    "CloudFormation refuses to replace a table with a fixed name: declare the table under another "
    "name, deploy it, move the items, and drop the old one"
)


@dataclass(frozen=True, slots=True)
class Deploy:
    """One update of a stack. changes: what it makes. waits: what to wait for after it."""

    changes: tuple[PlannedChange, ...]
    waits: tuple[str, ...] = ()


def deploys_of(plan: Plan) -> list[Deploy]:
    """The updates that make the changes of a plan, in order. Hazards stay with their changes."""
    made: list[list[PlannedChange]] = []
    for changes in _by_table(plan.changes).values():
        for number, some in enumerate(_updates(changes)):
            made += [[] for _ in range(number + 1 - len(made))]
            made[number] += some
    last = len(made) - 1
    return [
        Deploy(tuple(some), tuple(_waits(some, is_last=number == last)))
        for number, some in enumerate(made)
    ]


def _by_table(changes: Iterable[PlannedChange]) -> Mapping[str, list[PlannedChange]]:
    found: dict[str, list[PlannedChange]] = {}
    for one in changes:
        found.setdefault(one.change.schema.name, []).append(as_update(one))
    return found


def as_update(planned: PlannedChange) -> PlannedChange:
    """A change as CloudFormation makes it: it replaces no table that has a fixed name."""
    return replace(planned, hazards=tuple(map(_refused, planned.hazards)))


def _refused(hazard: Hazard) -> Hazard:
    if hazard.code is not HazardCode.REPLACEMENT:
        return hazard
    why = hazard.text.partition(":")[0]
    return replace(hazard, text=f"{why}: {REFUSED}", allowed_by=None, is_forbidden=True)


def _updates(changes: Sequence[PlannedChange]) -> Iterator[list[PlannedChange]]:
    """The updates of one table: an index each; the first also makes everything else."""
    queued = [one for planned in _indexes(changes) for one in _one_at_a_time(planned)]
    expiry = [one for one in changes if isinstance(one.change, SetTtl)]
    switched = [part for one in expiry for part in _switched(one)]
    indexed = {id(one) for one in _indexes(changes)}
    others = [one for one in changes if id(one) not in indexed and one not in expiry]
    for number in range(max(len(queued), len(switched), 1)):
        yield [
            *(others if number == 0 else ()),
            *switched[number : number + 1],
            *queued[number : number + 1],
        ]


def _indexes(changes: Sequence[PlannedChange]) -> list[PlannedChange]:
    """The changes of global indexes: new ones first, so that queries can switch to them."""
    kinds = (AddIndex, ChangeIndex, DropIndex)
    found = [one for one in changes if isinstance(one.change, kinds) and not one.is_replacement]
    return sorted(
        found, key=lambda one: [isinstance(one.change, kind) for kind in kinds], reverse=True
    )


def _one_at_a_time(planned: PlannedChange) -> Iterator[PlannedChange]:
    """An index whose key or projection changes is dropped by one update, and made by the next."""
    change = planned.change
    if not isinstance(change, ChangeIndex):
        yield planned
        return
    for step in (DropIndex(change.schema, change.before), AddIndex(change.schema, change.after)):
        yield PlannedChange(step, planned.hazards if isinstance(step, DropIndex) else (), (step,))


def _switched(planned: PlannedChange) -> Iterator[PlannedChange]:
    """An expiry by another attribute is switched off by one update, and on by the next."""
    change = planned.change
    if not isinstance(change, SetTtl) or change.before is None or change.after is None:
        yield planned
        return
    for step in (
        SetTtl(change.schema, change.before, None),
        SetTtl(change.schema, None, change.after),
    ):
        hazards = [one for one in planned.hazards if _belongs(one, step)]
        yield PlannedChange(step, tuple(hazards), (step,))


def _belongs(hazard: Hazard, step: SetTtl) -> bool:
    return (hazard.code is HazardCode.EXPIRY_DELETES) == (step.after is not None)


def _waits(changes: Iterable[PlannedChange], *, is_last: bool) -> Iterator[str]:
    """What the next update, or whoever queries, has to wait for."""
    for change in (one.change for one in changes):
        if isinstance(change, AddIndex):
            yield (
                f"until {change.schema.name} has filled {change.index.name}: CloudFormation says "
                "complete before"
            )
        elif isinstance(change, DropIndex) and not is_last:
            yield f"until {change.index.name} of {change.schema.name} is gone"
        elif isinstance(change, SetTtl) and change.after is None and not is_last:
            yield f"an hour: DynamoDB changes the expiry of {change.schema.name} once an hour"


def steps_of(deploy: Deploy) -> list[Change]:
    """The changes of an update."""
    return [one.change for one in deploy.changes]
