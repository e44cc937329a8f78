"""Obstacles: what a deploy would make, and somebody made by hand before.

CloudFormation compares a template with the one before, and not with the account: it asks DynamoDB
for what is there already, which refuses, and the whole update is rolled back.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html (a
    stream that is on cannot be switched on)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...schema.changes import AddIndex, AddTable, Change, DropIndex, SetStream
from ...schema.engine import LiveTable
from ...schema.hazard import Hazard
from ...schema.hazards import already_there
from ...schema.plan import PlannedChange
from .planning import DeployPlan
from .schedule import Deploy


def beside_live(plan: DeployPlan, live: Mapping[str, LiveTable]) -> DeployPlan:
    """The plan with what stands in the way of its changes. live: the tables that are there, by
    physical name."""
    dropped: set[tuple[str, str]] = set()
    deploys: list[Deploy] = []
    for deploy in plan.deploys:
        changes = tuple(_beside(one, live, dropped) for one in deploy.changes)
        deploys.append(replace(deploy, changes=changes))
        dropped |= set(_dropped(deploy))
    return replace(plan, deploys=tuple(deploys))


def _beside(
    planned: PlannedChange, live: Mapping[str, LiveTable], dropped: set[tuple[str, str]]
) -> PlannedChange:
    table = live.get(planned.change.schema.name)
    if table is None:
        return planned
    found = _obstacles(planned.change, table, dropped)
    return replace(planned, hazards=(*planned.hazards, *found))


def _obstacles(change: Change, live: LiveTable, dropped: set[tuple[str, str]]) -> Iterator[Hazard]:
    """dropped: the indexes that an earlier deploy drops."""
    match change:
        case AddTable(schema):
            yield already_there(
                schema.name, "import the table into the stack, or declare another name"
            )
        case AddIndex(schema, index) if index.name in live.schema.indexes:
            if (schema.name, index.name) not in dropped:
                remedy = f"drop it by hand, or declare another name; queries on {index.name} fail"
                yield already_there(f"the index {index.name}", f"{remedy} in between")
        case SetStream(_, None, after) if after and isinstance(live.schema.stream, str):
            remedy = "switch it off by hand; the new one has another ARN, for triggers to follow"
            yield already_there(f"a stream of {live.schema.stream}", remedy)
        case _:
            return


def _dropped(deploy: Deploy) -> Iterator[tuple[str, str]]:
    for change in (one.change for one in deploy.changes):
        if isinstance(change, DropIndex):
            yield change.schema.name, change.index.name
