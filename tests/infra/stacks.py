"""The stacks that every format is tried on: one with every property of tables, one with functions
and streams, one with every type, and those of the systems."""

from __future__ import annotations

from collections.abc import Mapping

from systems.domainflow.tables import layer as domainflow
from systems.iops.models import layer as iops
from systems.nexus.tables import layer as nexus
from systems.pdfjobs.tables import layer as pdfjobs
from tests.infra.every_type import EVERY
from tests.infra.test_templates import FULL, NAMES, SHOP
from trueup import ChangesOf, Function, Layer
from trueup.infra import stack_of
from trueup.infra.values import Stack

WORK = Layer(
    "work",
    target="dynamodb",
    tables=[FULL],
    functions=[
        Function(
            "reader",
            handler="app.handlers:read",
            reads=[FULL.get, FULL.query("ByDay")],
            description='Says "hello"',
        ),
        Function(
            "follower",
            handler="app.handlers:follow",
            writes=[FULL.update],
            stream=ChangesOf(FULL, with_expired=False),
        ),
    ],
)


def _of(layer: Layer, stage: str = "", *, is_protected: bool = False) -> Stack:
    names = {table.name: f"{stage}-{table.name}" for table in layer.tables}
    return stack_of(layer, names, stage=stage, is_protected=is_protected)


STACKS: Mapping[str, Stack] = {
    "every": EVERY,
    "shop": stack_of(SHOP, NAMES, stage="beta", is_protected=True),
    "work": _of(WORK, "beta"),
    "nexus": _of(nexus, "prod", is_protected=True),
    "pdfjobs": _of(pdfjobs, "prod", is_protected=True),
    "domainflow": _of(domainflow, "prod", is_protected=True),
    "iops": _of(iops, "prod", is_protected=True),
}
