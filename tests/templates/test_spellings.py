"""Keys of Terraform in two spellings are one key, and no index is touched for its spelling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from trueup.engines.dynamodb.ddl.render import render
from trueup.schema.changes import DropIndex
from trueup.schema.engine import LiveTable
from trueup.schema.hazard import Allowance
from trueup.schema.plan import make_plan
from trueup.schema.verify import verify_table
from trueup.templates.reading import read_template
from trueup.templates.tables import tables_of

NAMES = ("ByDay", "ByRegion", "ByScore")
ATTRIBUTES = {"id": "S", "day": "S", "region": "S", "score": "N"}
KEYS = {"ByDay": ("day", "score"), "ByRegion": ("region", "day"), "ByScore": ("score", "id")}


def by_name(partition: str, sort: str) -> Mapping[str, Any]:
    return {"hash_key": partition, "range_key": sort}


def as_list(partition: str, sort: str) -> Mapping[str, Any]:
    kinds = ((partition, "HASH"), (sort, "RANGE"))
    keys = [{"attribute_name": name, "key_type": kind} for name, kind in kinds]
    return {"hash_key": None, "range_key": None, "key_schema": keys}


def table(folder: Path, spelling: Any, *indexes: str) -> LiveTable:
    """The table in a plan of Terraform, with indexes in a spelling."""
    values = {
        "name": "games",
        "billing_mode": "PAY_PER_REQUEST",
        "hash_key": "id",
        "attribute": [{"name": name, "type": kind} for name, kind in ATTRIBUTES.items()],
        "global_secondary_index": [
            {"name": name, "projection_type": "ALL", **spelling(*KEYS[name])} for name in indexes
        ],
    }
    one = {"address": "aws_dynamodb_table.t", "mode": "managed", "type": "aws_dynamodb_table"}
    resources = [{**one, "name": "t", "values": values}]
    path = folder / "plan.json"
    planned = {"root_module": {"resources": resources}}
    path.write_text(json.dumps({"format_version": "1.2", "planned_values": planned}))
    return tables_of(read_template(path))["games"]


@pytest.mark.case("S10", "S11")
def test_one_key_in_two_spellings_is_one_key(tmp_path: Path) -> None:
    named, listed = (table(tmp_path, spelling, *NAMES) for spelling in (by_name, as_list))

    assert [one for one in verify_table(named.schema, listed) if one.verdict != "agrees"] == []
    assert make_plan({"games": named.schema}, {"games": listed}, owned=["games"]).changes == ()


@pytest.mark.case("S10")
@pytest.mark.parametrize("gone", NAMES)
def test_one_of_three_indexes_is_removed_by_one_delete(gone: str, tmp_path: Path) -> None:
    kept = [name for name in NAMES if name != gone]
    wanted, live = table(tmp_path, as_list, *kept), table(tmp_path, by_name, *NAMES)

    plan = make_plan(
        {"games": wanted.schema}, {"games": live}, owned=["games"], allowed=[Allowance.PRUNE]
    )

    (planned,) = plan.changes
    assert isinstance(planned.change, DropIndex)
    assert planned.change.index.name == gone
    sent = [step for step in render(plan.steps, {}, {"games": live}) if step.changes]
    (body,) = [json.loads(step.request.payload.body) for step in sent]
    assert body["GlobalSecondaryIndexUpdates"] == [{"Delete": {"IndexName": gone}}]
