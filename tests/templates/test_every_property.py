"""Every property of a template of ours is taken away, and is changed: each time verify finds it, or
the template is refused, but for what no declaration says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infra.test_templates import NAMES, SHOP
from tests.templates.written import read
from trueup import DeclarationError
from trueup.infra import Format, stack_of, template_text
from trueup.templates.verification import declared_in_templates, verify_templates

SCHEMAS = declared_in_templates(SHOP, NAMES, protect=True)
TEXT = template_text(
    stack_of(SHOP, NAMES, stage="beta", is_protected=True), Format.CLOUDFORMATION, is_json=True
)
TABLES = ("OrdersTable", "UnitsTable")
OTHERS = {
    **{"HASH": "RANGE", "RANGE": "HASH", "S": "N", "N": "S", "ALL": "KEYS_ONLY", "INCLUDE": "ALL"},
    **{"PAY_PER_REQUEST": "PROVISIONED", "PROVISIONED": "PAY_PER_REQUEST"},
    **{"STANDARD_INFREQUENT_ACCESS": "STANDARD", "NEW_AND_OLD_IMAGES": "KEYS_ONLY"},
}
"""For each word of AWS another."""
UNDECLARED = {
    # tags of the layer and the stage, which a declaration does not have
    *(f"OrdersTable.Tags.{n}{part}" for n in (0, 1) for part in ("", ".Key", ".Value")),
    *(f"UnitsTable.Tags.1{part}" for part in ("", ".Key", ".Value")),
}
TAKEN_AWAY_IN_VAIN = {
    *UNDECLARED,
    # what a template has without saying so
    "OrdersTable.SSESpecification.SSEType",
    "UnitsTable.BillingMode",
    "UnitsTable.PointInTimeRecoverySpecification",
    "UnitsTable.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
}
CHANGED_IN_VAIN = {
    *(one for one in UNDECLARED if one.endswith(("Key", "Value"))),
    # an index that holds more attributes serves as well
    "OrdersTable.GlobalSecondaryIndexes.0.Projection.ProjectionType",
    "OrdersTable.LocalSecondaryIndexes.0.Projection.ProjectionType",
}

Place = tuple[str | int, ...]


def paths_in(value: Any, path: Place = ()) -> Iterator[Place]:
    """The path of each property and of each element."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths_in(one, (*path, name))


def take_away(place: Any, name: str | int) -> bool:
    """Take a property away."""
    del place[name]
    return True


def change(place: Any, name: str | int) -> bool:
    """Give a property another value of its kind; false if it has parts."""
    value = place[name]
    if isinstance(value, bool):
        place[name] = not value
    elif isinstance(value, int):
        place[name] = value + 1
    elif isinstance(value, str):
        place[name] = OTHERS.get(value, f"{value}x")
    return not isinstance(value, dict | list)


def is_found(document: object, folder: Path) -> bool:
    """Whether verify is not green, or the template is refused."""
    try:
        template = read(folder, json.dumps(document), "a.json")
        found = verify_templates(SCHEMAS, [template], resources={})
    except DeclarationError:
        return True
    return any(one.verdict != "agrees" for one in found.findings)


@pytest.mark.parametrize(
    ("spoil", "in_vain"), [(take_away, TAKEN_AWAY_IN_VAIN), (change, CHANGED_IN_VAIN)]
)
def test_what_becomes_of_a_property_is_found(
    spoil: Callable[[Any, str | int], bool], in_vain: set[str], tmp_path: Path
) -> None:
    whole = json.loads(TEXT)
    resources = {name: whole["Resources"][name] for name in TABLES}
    missed: set[str] = set()
    for path in paths_in({name: one["Properties"] for name, one in resources.items()}):
        if len(path) == 1:
            continue
        document = json.loads(json.dumps({"Resources": resources}))
        table, *inner, last = path
        place = document["Resources"][table]["Properties"]
        for name in inner:
            place = place[name]
        if spoil(place, last) and not is_found(document, tmp_path):
            missed.add(".".join(map(str, path)))

    assert missed == in_vain
