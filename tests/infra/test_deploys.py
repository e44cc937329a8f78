"""Deploys: each makes what CloudFormation can at once, and the last makes the declared stack."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.infra.stacks import STACKS
from trueup import DynamoDB, ExpiresAt, Index, Layer, Model, Table
from trueup.engines.open_tables import unopened_layer
from trueup.errors import UnsupportedByEngine
from trueup.infra import Format, cloudformation, stack_of, template_text
from trueup.infra.deploys.others import other_changes
from trueup.infra.deploys.planning import DeployPlan, plan_deploys
from trueup.infra.deploys.stacks import stacks_of, table_ids
from trueup.infra.values import Stack
from trueup.lifecycle.declared import declared_tables
from trueup.schema.changes import (
    AddIndex,
    AddTable,
    ChangeKey,
    DropIndex,
    DropTable,
    SetFact,
    SetTtl,
)
from trueup.schema.hazard import Allowance
from trueup.schema.tables import TableSchema
from trueup.templates.reading import read_template
from trueup.templates.template import Template
from trueup.templates.verification import declared_in_templates


class Note(Model):
    author: str
    title: str
    day: str = ""
    mood: str = ""
    length: int = 0
    gone: ExpiresAt | None = None


class Left(Model):
    author: str
    title: str
    left: ExpiresAt | None = None


NAMES = {"Notes": "beta-Notes", "More": "beta-More"}
DAY, MOOD = Index("ByDay", partition="day"), Index("ByMood", partition="mood")
DAY_AND_MOOD = Index("ByDay", partition="day", sort="mood")


def notes(*indexes: Index, **options: Any) -> Table[Note]:
    given: dict[str, Any] = {"partition": "author", "sort": "title", **options}
    return Table("Notes", Note, indexes=indexes, **given)


def layer_of(*tables: Table[Any]) -> Layer:
    return Layer("desk", target="dynamodb", tables=tables)


def stack(*tables: Table[Any]) -> Stack:
    return stack_of(layer_of(*tables), NAMES, stage="beta")


def schemas(*tables: Table[Any]) -> Mapping[str, TableSchema]:
    url = "dynamodb://eu-west-1"
    return declared_tables(unopened_layer(url, layer_of(*tables), table_names="beta-{table}"))


def deployed(folder: Path, *tables: Table[Any]) -> Template:
    path = folder / "desk.template.json"
    path.write_text(template_text(stack(*tables), Format.CLOUDFORMATION, is_json=True))
    return read_template(path)


def plan(folder: Path, before: Table[Any], *after: Table[Any]) -> DeployPlan:
    return plan_deploys(schemas(*after), deployed(folder, before))


def changes(found: DeployPlan) -> list[list[str]]:
    """The kinds of changes of each deploy, with the index that they are of."""
    return [
        [
            type(one.change).__name__
            + (f" {one.change.index.name}" if isinstance(one.change, AddIndex | DropIndex) else "")
            for one in deploy.changes
        ]
        for deploy in found.deploys
    ]


def test_template_that_is_as_declared_needs_no_deploy(tmp_path: Path) -> None:
    assert plan(tmp_path, notes(DAY), notes(DAY)) == DeployPlan(())


@pytest.mark.case("S14")
def test_two_indexes_of_a_table_that_is_there_take_two_deploys(tmp_path: Path) -> None:
    assert changes(plan(tmp_path, notes(), notes(DAY, MOOD))) == [
        ["AddIndex ByDay"],
        ["AddIndex ByMood"],
    ]


@pytest.mark.case("S14")
def test_new_table_is_made_with_its_indexes_by_one(tmp_path: Path) -> None:
    more = Table("More", Note, partition="author", indexes=[DAY, MOOD])
    assert changes(plan(tmp_path, notes(), notes(), more)) == [["AddTable"]]


@pytest.mark.case("S15")
def test_deploy_that_adds_an_index_says_to_wait_until_it_is_filled(tmp_path: Path) -> None:
    [only] = plan(tmp_path, notes(), notes(DAY)).deploys
    assert only.waits == ("until beta-Notes has filled ByDay: CloudFormation says complete before",)


def test_index_under_its_name_is_dropped_before_it_is_made(tmp_path: Path) -> None:
    found = plan(tmp_path, notes(DAY), notes(DAY_AND_MOOD))
    assert changes(found) == [["DropIndex ByDay"], ["AddIndex ByDay"]]
    codes = [hazard.code for one in found.deploys[0].changes for hazard in one.hazards]
    assert "index-gap" in codes
    assert not found.blocked(())


def test_index_under_another_name_is_made_before_the_old_one_goes(tmp_path: Path) -> None:
    renamed = Index("ByDayAndMood", partition="day", sort="mood")
    found = plan(tmp_path, notes(DAY), notes(renamed))
    assert changes(found) == [["AddIndex ByDayAndMood"], ["DropIndex ByDay"]]
    assert found.blocked(())
    assert not found.blocked([Allowance.PRUNE])


@pytest.mark.case("S8")
def test_another_type_of_the_key_is_refused(tmp_path: Path) -> None:
    found = plan(tmp_path, notes(), notes(partition="length"))
    [planned] = found.changes
    assert isinstance(planned.change, ChangeKey)
    assert found.blocked(list(Allowance)), "CloudFormation refuses it whatever is allowed"


@pytest.mark.case("S9")
def test_definition_for_a_new_index_is_no_replacement(tmp_path: Path) -> None:
    found = plan(tmp_path, notes(DAY), notes(DAY, MOOD))
    assert not found.blocked(())
    assert not [one for one in found.changes if one.is_replacement]


def test_expiry_by_another_attribute_is_off_before_it_is_on(tmp_path: Path) -> None:
    before = notes()
    after = Table("Notes", Left, partition="author", sort="title")
    found = plan(tmp_path, before, after)
    steps = [deploy.changes[0].change for deploy in found.deploys]
    assert [(one.before, one.after) for one in steps if isinstance(one, SetTtl)] == [
        ("gone", None),
        (None, "left"),
    ]
    assert found.deploys[0].waits[0].startswith("an hour")
    first, last = stacks_of(stack(after), found.deploys, deployed(tmp_path, before))
    assert expiry(first) == {"AttributeName": "gone", "Enabled": False}
    assert expiry(last) == {"AttributeName": "left", "Enabled": True}


def expiry(one: Stack) -> Any:
    return cloudformation(one)["Resources"]["NotesTable"]["Properties"]["TimeToLiveSpecification"]


@pytest.mark.case("S13")
def test_table_that_the_template_alone_has_is_dropped_if_that_is_allowed(tmp_path: Path) -> None:
    more = Table("More", Note, partition="author")
    found = plan_deploys(schemas(more), deployed(tmp_path, notes()))
    kinds = {type(one.change) for one in found.changes}
    assert kinds == {AddTable, DropTable}
    assert found.blocked(())
    texts = [hazard.text for one in found.changes for hazard in one.hazards]
    assert any("renamed_from='beta-Notes'" in text for text in texts)


def test_fact_that_is_not_known_is_in_no_deploy(tmp_path: Path) -> None:
    path = tmp_path / "desk.template.json"
    template = cloudformation(stack(notes(DAY)))
    properties = template["Resources"]["NotesTable"]["Properties"]
    properties["StreamSpecification"] = {"StreamViewType": {"Fn::ImportValue": "view"}}
    path.write_text(json.dumps(template))
    found = plan_deploys(schemas(notes(DAY, stream="NEW_IMAGE")), read_template(path))
    assert not found.deploys
    assert ("stream",) in [one.difference.path for one in found.unknown]


def test_index_that_cannot_be_written_again_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.template.json"
    template = cloudformation(stack(notes(DAY)))
    properties = template["Resources"]["NotesTable"]["Properties"]
    properties["GlobalSecondaryIndexes"][0]["WarmThroughput"] = {"Fn::ImportValue": "warm"}
    path.write_text(json.dumps(template))
    before = read_template(path)
    after = notes(MOOD)
    deploys = plan_deploys(schemas(after), before).deploys
    with pytest.raises(UnsupportedByEngine, match="does not tell all of it"):
        list(stacks_of(stack(after), deploys, before))


FIELDS = ("day", "mood", "length")
INDEXES = st.dictionaries(
    st.sampled_from(("One", "Two", "Three", "Four")),
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(("", *FIELDS))).filter(
        lambda it: it[0] != it[1]
    ),
)


def indexes_of(drawn: Mapping[str, tuple[str, str]]) -> Sequence[Index]:
    return [Index(name, partition=one, sort=two or ()) for name, (one, two) in drawn.items()]


@given(before=INDEXES, after=INDEXES)
def test_each_deploy_changes_one_index_and_the_last_makes_the_stack(
    tmp_path_factory: pytest.TempPathFactory,
    before: Mapping[str, tuple[str, str]],
    after: Mapping[str, tuple[str, str]],
) -> None:
    old, new = notes(*indexes_of(before)), notes(*indexes_of(after))
    template = deployed(tmp_path_factory.mktemp("t"), old)
    deploys = plan_deploys(schemas(new), template).deploys
    made = [table_of(stack(old)), *map(table_of, stacks_of(stack(new), deploys, template))]
    for one, next_one in pairwise(made):
        assert len(differing(one, next_one)) == 1
        assert defined(next_one) == keyed(next_one)
    assert made[-1] == table_of(stack(new)) or not deploys


def table_of(one: Stack) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cloudformation(one)["Resources"]["NotesTable"]["Properties"]
    return found


def by_name(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {one["IndexName"]: one for one in properties.get("GlobalSecondaryIndexes", ())}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    before, after = by_name(one), by_name(other)
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert not changed, "an index is dropped or made, never changed"
    return set(before.keys() ^ after.keys())


def defined(properties: Mapping[str, Any]) -> set[str]:
    return {one["AttributeName"] for one in properties["AttributeDefinitions"]}


def keyed(properties: Mapping[str, Any]) -> set[str]:
    keys = [properties, *by_name(properties).values()]
    return {key["AttributeName"] for one in keys for key in one["KeySchema"]}


@pytest.mark.parametrize("name", ["work.template.yaml", "work.json", "work.sam.yaml"])
def test_stack_that_is_deployed_already_has_no_other_changes(name: str, tmp_path: Path) -> None:
    form = Format.SAM if "sam" in name else Format.CLOUDFORMATION
    given = {"AWS::Region": "eu-west-1"}
    path = tmp_path / name
    for one in STACKS.values():
        path.write_text(template_text(one, form, is_json=path.suffix == ".json"))
        assert other_changes(one, read_template(path, given), given) == []


def _edit(body: dict[str, Any], **changed: Any) -> None:
    body["Properties"].update(changed)


@pytest.mark.parametrize(
    ("change", "other"),
    [
        (
            lambda all_: _edit(all_["FollowerFunctionErrorsAlarm"], Threshold=5),
            "FollowerFunctionErrorsAlarm",
        ),
        (lambda all_: _edit(all_["ReaderRole"], Policies=[]), "ReaderRole"),
        (lambda all_: all_["ReaderLog"].update(DeletionPolicy="Retain"), "ReaderLog"),
        (lambda all_: all_.pop("FollowerChanges"), "FollowerChanges"),
        (lambda all_: all_.update(Extra={"Type": "AWS::SQS::Queue"}), "Extra"),
        (
            lambda all_: _edit(
                all_["OrdersTable"], KinesisStreamSpecification={"StreamArn": "arn:aws:k:::x"}
            ),
            "table beta-Orders",
        ),
        (lambda all_: _edit(all_["OrdersTable"], BillingMode="PROVISIONED"), None),
    ],
)
def test_whatever_else_of_the_stack_differs_is_told(
    change: Callable[[dict[str, Any]], object], other: str | None, tmp_path: Path
) -> None:
    """What the plan of the tables tells is not told twice."""
    work = STACKS["work"]
    template = cloudformation(work)
    change(template["Resources"])
    path = tmp_path / "work.json"
    path.write_text(json.dumps(template))
    assert other_changes(work, read_template(path), {}) == ([other] if other else [])


def test_outputs_and_other_forms_are_told(tmp_path: Path) -> None:
    work = STACKS["work"]
    template = cloudformation(work)
    template["Outputs"].pop("OrdersTableArn")
    path = tmp_path / "work.json"
    path.write_text(json.dumps(template))
    assert other_changes(work, read_template(path), {}) == ["Outputs.OrdersTableArn"]
    path = tmp_path / "work.tf.json"
    path.write_text(template_text(work, Format.TERRAFORM, is_json=True))
    assert other_changes(work, read_template(path), {}) is None


def edited(folder: Path, edit: Callable[[Any], object], *tables: Table[Any]) -> Template:
    """The deployed template after an edit of its resources."""
    template = cloudformation(stack(*tables))
    edit(template["Resources"])
    path = folder / "desk.template.json"
    path.write_text(json.dumps(template))
    return read_template(path)


STRANGE = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
KEY = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}


@pytest.mark.parametrize("name", [{}, {"TableName": {"Fn::Sub": "${AWS::StackName}-sessions"}}])
def test_table_of_an_unknown_name_is_dropped_if_that_is_allowed(
    tmp_path: Path, name: dict[str, Any]
) -> None:
    sessions = {"Type": "AWS::DynamoDB::Table", "Properties": {**STRANGE, **KEY, **name}}
    before = edited(tmp_path, lambda resources: resources.update(Sessions=sessions), notes())
    found = plan_deploys(schemas(notes()), before)
    [planned] = found.changes
    assert isinstance(planned.change, DropTable)
    assert planned.change.schema.name == "Sessions"
    assert found.blocked(())
    assert not found.blocked([Allowance.PRUNE])


def test_table_that_is_another_resource_is_refused(tmp_path: Path) -> None:
    before = edited(tmp_path, lambda one: one.update(Kept=one.pop("NotesTable")), notes(DAY))
    ids = table_ids(stack(notes(DAY)))
    assert ids == {"beta-Notes": "NotesTable"}
    found = plan_deploys(schemas(notes(DAY)), before, ids)
    [planned] = found.changes
    [hazard] = planned.hazards
    assert "CloudFormation makes NotesTable before it lets go of Kept" in hazard.text
    assert found.blocked(list(Allowance))


def test_table_that_would_go_with_its_stack_takes_a_deploy(tmp_path: Path) -> None:
    kept = notes(dynamodb=DynamoDB(removal="keep"))
    before = edited(tmp_path, lambda one: one["NotesTable"].pop("DeletionPolicy"), kept)
    found = plan_deploys(declared_in_templates(layer_of(kept), NAMES), before)
    [planned] = found.changes
    assert isinstance(planned.change, SetFact)
    assert (planned.change.name, planned.change.before) == ("removal", "drop")
    [same] = stacks_of(stack(kept), found.deploys, before)
    assert cloudformation(same)["Resources"]["NotesTable"]["DeletionPolicy"] == "Retain"
