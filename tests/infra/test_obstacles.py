"""What a deploy would make, and somebody made by hand before."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.aws_proxy.client import Client
from tests.cli.shell import Shell
from tests.infra.test_deploys import DAY, DAY_AND_MOOD, deployed, notes, schemas
from trueup import Table
from trueup.infra.deploys.obstacles import beside_live
from trueup.infra.deploys.planning import plan_deploys
from trueup.schema.engine import LiveTable
from trueup.schema.hazard import Allowance, HazardCode
from trueup.templates.reading import read_template
from trueup.testing.cleanup import drop_tables


def found(
    folder: Path, before: Table[Any], after: Table[Any], live: Table[Any] | None
) -> list[tuple[str, str]]:
    """The obstacles of a plan: the kind of change, and what it says."""
    there = {name: LiveTable(one) for name, one in schemas(*([live] if live else ())).items()}
    plan = beside_live(plan_deploys(schemas(after), deployed(folder, before)), there)
    return [
        (type(one.change).__name__, hazard.text)
        for one in plan.changes
        for hazard in one.hazards
        if hazard.code is HazardCode.ALREADY_THERE
    ]


@pytest.mark.case("S25")
def test_stream_that_is_on_already_makes_the_deploy_fail(tmp_path: Path) -> None:
    on = notes(stream="NEW_IMAGE")

    ((kind, text),) = found(tmp_path, notes(), on, live=on)

    assert kind == "SetStream"
    assert text.startswith("a stream of NEW_IMAGE is there already, so that this deploy fails")
    assert found(tmp_path, notes(), on, live=notes()) == []
    assert found(tmp_path, on, notes(stream="OLD_IMAGE"), live=on) == []


def test_index_that_is_there_already_makes_the_deploy_fail(tmp_path: Path) -> None:
    ((kind, text),) = found(tmp_path, notes(), notes(DAY), live=notes(DAY))

    assert (kind, text.partition(" is there")[0]) == ("AddIndex", "the index ByDay")
    assert found(tmp_path, notes(), notes(DAY), live=notes()) == []


def test_index_that_an_earlier_deploy_drops_is_in_no_way(tmp_path: Path) -> None:
    assert found(tmp_path, notes(DAY), notes(DAY_AND_MOOD), live=notes(DAY)) == []


def test_table_that_is_there_already_makes_the_deploy_fail(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text('{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}', encoding="utf-8")
    plan = plan_deploys(schemas(notes()), read_template(path))
    live = {name: LiveTable(one) for name, one in schemas(notes()).items()}

    assert plan.blocked(()) == []
    (planned,) = beside_live(plan, live).blocked(list(Allowance))
    assert "import the table into the stack" in planned.hazards[-1].text


TABLES = """
from trueup import Index, Layer, Model, Table

class Note(Model):
    a: str
    b: str

by_b = Index("ByB", partition="b")
notes = Table("Notes", Note, partition="a", indexes=[by_b], stream="NEW_IMAGE")
layer = Layer("desk", target="dynamodb", tables=[notes])
"""
TEMPLATE = """
Resources:
  NotesTable:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: {name}
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: a, AttributeType: S}}]
      KeySchema: [{{AttributeName: a, KeyType: HASH}}]
      PointInTimeRecoverySpecification: {{PointInTimeRecoveryEnabled: true}}
"""


@pytest.mark.case("S25")
def test_plan_looks_at_the_live_table_and_is_blocked(dynamodb_url: str, tmp_path: Path) -> None:
    prefix = f"obstacle-{uuid4().hex[:8]}-"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    shell = Shell(tmp_path, {**keys, "AWS_REGION": "us-east-1"})
    shell.write("tables.py", TABLES)
    shell.write("template.yaml", TEMPLATE.format(name=f"{prefix}Notes"))
    stage = f'[tool.trueup.stages.beta]\nurl = "{dynamodb_url}"\nnames = "{prefix}{{table}}"\n'
    shell.write("pyproject.toml", f'[tool.trueup]\nlayer = "tables:layer"\n{stage}')
    client = Client(int(dynamodb_url.rpartition(":")[2]))
    view = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    client.create(f"{prefix}Notes", StreamSpecification=view)
    plan = "trueup plan --stage beta --format cloudformation --template template.yaml"
    try:
        assert shell.run(plan).code == 2
        looked = shell.run(f"{plan} --live")
    finally:
        drop_tables(dynamodb_url, prefix)

    assert looked.code == 3
    assert "[already-there] high: a stream of NEW_IMAGE is there already" in looked.out
    assert "the index" not in looked.out
