"""Plans: what is planned, in which order, what blocks it, and when it is stale."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Annotated, Any

import pytest

from trueup import Index, Layer, Model, Table, stored_as
from trueup.schema.changes import (
    AddIndex,
    AddTable,
    DropIndex,
    DropTable,
    SetFact,
    SetTtl,
)
from trueup.schema.declared import declared_schema
from trueup.schema.engine import LiveTable, shown_names
from trueup.schema.facts import Unknown
from trueup.schema.hazard import Allowance, HazardCode
from trueup.schema.plan import Plan, described, destroy_plan, make_plan
from trueup.schema.tables import AttributeSchema, IndexSchema, TableSchema

ID = AttributeSchema("id", "S")
DAY = AttributeSchema("day", "N")
BY_DAY = IndexSchema("ByDay", (DAY,), (ID,))
LOCAL = IndexSchema("Local", (ID,), (DAY,), is_local=True)
TABLE = TableSchema("orders", (ID,), (), {"ByDay": BY_DAY}, "expires", "NEW_IMAGE", {"days": 7})
OLD = replace(TABLE, name="purchases")


class Plain(Model):
    id: str


def plan(
    declared: TableSchema,
    live: TableSchema | None,
    *allowed: Allowance,
    owned: tuple[str, ...] = ("orders",),
) -> Plan:
    found = {} if live is None else {live.name: LiveTable(live)}
    return make_plan({declared.name: declared}, found, owned=owned, allowed=allowed)


def codes(plan: Plan) -> list[HazardCode]:
    return [hazard.code for planned in plan.changes for hazard in planned.hazards]


def test_table_as_declared_needs_nothing() -> None:
    assert plan(TABLE, TABLE).changes == ()


def test_missing_table_is_created() -> None:
    (planned,) = plan(TABLE, None).changes
    assert (planned.symbol, planned.steps, planned.hazards) == ("+", (AddTable(TABLE),), ())
    assert planned.inverse() == DropTable(TABLE)


@pytest.mark.case("S3", "S7", "S41")
def test_index_more_is_one_step_in_place() -> None:
    more = replace(TABLE, indexes={"ByDay": BY_DAY, "New": replace(BY_DAY, name="New")})
    (planned,) = plan(more, TABLE).changes
    assert planned.symbol == "+"
    assert planned.steps == (AddIndex(more, more.indexes["New"]),)
    assert planned.blocked_by(()) == []


@pytest.mark.case("S36")
def test_another_view_is_another_stream_that_triggers_have_to_follow() -> None:
    (planned,) = plan(replace(TABLE, stream="OLD_IMAGE"), TABLE).changes
    (hazard,) = planned.hazards
    assert hazard.code is HazardCode.STREAM_RESTARTS
    assert "a new ARN: triggers stay on the old one" in hazard.text
    assert "changes in between are in neither" in hazard.text


@pytest.mark.case("S19")
def test_new_index_warns_of_what_it_leaves_out() -> None:
    (planned,) = plan(TABLE, replace(TABLE, indexes={})).changes
    (hazard,) = planned.hazards
    assert hazard.code is HazardCode.INDEX_LEAVES_OUT
    assert "day or id" in hazard.text
    assert "left out" in hazard.text
    assert "later writes of them are refused" in hazard.text


@pytest.mark.case("S9")
def test_type_of_a_key_in_use_is_a_replacement() -> None:
    number = replace(TABLE, partition=(AttributeSchema("id", "N"),))
    replacing = plan(number, TABLE)
    (planned,) = replacing.changes
    assert planned.symbol == "-/+"
    assert planned.steps == (DropTable(TABLE), AddTable(number))
    assert planned.inverse() is None
    assert replacing.blocked([Allowance.PRUNE, Allowance.DATA_LOSS]) == [planned]
    assert replacing.blocked([Allowance.REPLACE]) == []


class Spelt(Model):
    id: str
    status: str


class SpeltAnew(Model):
    key: Annotated[str, stored_as("id")]
    state: Annotated[str, stored_as("status")]


@pytest.mark.case("S11")
def test_key_in_another_spelling_is_the_same_key() -> None:
    by_status = [Index("ByStatus", partition="status", sort="id")]
    by_state = [Index("ByStatus", partition=["state"], sort=["key"])]
    spelt: list[Table[Any]] = [
        Table("orders", Spelt, partition="id", indexes=by_status),
        Table("orders", SpeltAnew, partition="key", indexes=by_state),
    ]
    live, declared = (
        declared_schema(Layer("shop", target="sqlite", tables=[one]).describe(one), "orders")
        for one in spelt
    )
    assert live.indexes
    assert plan(declared, live).changes == ()


@pytest.mark.case("S11")
def test_replacement_first_switches_the_protection_off() -> None:
    protected = replace(TABLE, facts={"deletion_protection": True})
    (planned,) = plan(replace(protected, sort=(DAY,)), protected).changes
    assert planned.steps[0] == SetFact(protected, "deletion_protection", True, False)


@pytest.mark.parametrize("more", [{"Local": LOCAL}, {}])
def test_local_index_changes_by_replacement_only(more: dict[str, IndexSchema]) -> None:
    live = replace(TABLE, indexes={} if more else {"Local": LOCAL})
    planning = plan(replace(TABLE, indexes=more), live, Allowance.PRUNE)
    assert [planned.symbol for planned in planning.changes] == ["-/+"]


def test_of_a_table_that_is_replaced_nothing_else_is_planned() -> None:
    live = replace(TABLE, sort=(DAY,), ttl=None, indexes={}, facts={"days": 1})
    assert len(plan(TABLE, live).changes) == 1


@pytest.mark.case("S12")
def test_undeclared_index_is_kept_unless_pruned() -> None:
    live = replace(TABLE, indexes={"ByDay": BY_DAY, "Mine": replace(BY_DAY, name="Mine")})
    keeping = plan(TABLE, live)
    assert keeping.changes == ()
    assert keeping.kept == (DropIndex(TABLE, live.indexes["Mine"]),)
    (planned,) = plan(TABLE, live, Allowance.PRUNE).changes
    assert (planned.symbol, planned.change) == ("-", keeping.kept[0])


@pytest.mark.case("S13")
def test_table_under_a_new_name_is_a_drop_and_a_creation_that_names_renamed_from() -> None:
    planning = plan(TABLE, OLD, owned=("purchases",))
    assert [planned.symbol for planned in planning.changes] == ["+", "-"]
    (adding, dropping) = planning.changes
    assert "renamed_from='purchases'" in adding.hazards[0].text
    assert planning.blocked() == [dropping]
    assert planning.blocked([Allowance.PRUNE]) == []


def test_renamed_table_is_not_created_empty() -> None:
    planning = plan(replace(TABLE, renamed_from="purchases"), OLD)
    assert codes(planning) == [HazardCode.RENAMED]
    assert planning.blocked(list(Allowance)) == list(planning.changes)


@pytest.mark.case("S26")
def test_table_of_somebody_else_blocks_with_its_owner() -> None:
    live = LiveTable(replace(TABLE, ttl=None), managed_by="CloudFormation stack shop")
    planning = make_plan({"orders": TABLE}, {"orders": live})
    (planned,) = planning.changes
    assert planned.hazards[0].code is HazardCode.NOT_OWNED
    assert "CloudFormation stack shop manages it" in planned.hazards[0].text
    assert planning.blocked([Allowance.PRUNE, Allowance.REPLACE]) == [planned]
    other_key = make_plan(
        {"orders": TABLE}, {"orders": replace(live, schema=replace(TABLE, sort=(DAY,)))}
    )
    (planned,) = other_key.changes
    assert "CloudFormation stack shop manages it" in planned.hazards[0].text
    assert str(planned.change) == "the key is (id S; day N), declared is (id S)"


@pytest.mark.case("S20")
def test_fact_that_is_not_declared_is_not_managed() -> None:
    live = replace(TABLE, facts={"days": 7, "warm_throughput": {"reads": 12000}})
    assert plan(TABLE, live) == plan(TABLE, TABLE)


@pytest.mark.case("S42")
def test_fact_that_cannot_be_read_is_listed_and_not_changed() -> None:
    planning = plan(TABLE, replace(TABLE, ttl=Unknown("denied"), facts={"days": Unknown("denied")}))
    assert planning.changes == ()
    assert [found.path for found in planning.unseen["orders"]] == [("ttl",), ("days",)]


def test_tags_of_others_are_no_part_of_a_change() -> None:
    live = replace(TABLE, facts={"tags": {"Team": "a", "aws:x": "b"}})
    declared = replace(TABLE, facts={"tags": {"Team": "c", "New": "d"}})
    (planned,) = plan(declared, live).changes
    change = SetFact(declared, "tags", {"Team": "a", "New": None}, {"Team": "c", "New": "d"})
    assert planned.change == change
    assert planned.inverse() == change.inverse()


def test_shorter_recovery_loses_data() -> None:
    live, declared = (
        replace(TABLE, facts={"pitr": {"enabled": True, "days": days}}) for days in (35, 7)
    )
    planning = plan(declared, live)
    assert codes(planning) == [HazardCode.RECOVERY_LOST]
    assert planning.blocked([Allowance.PRUNE]) == list(planning.changes)
    assert plan(live, declared).blocked() == []


@pytest.mark.case("S2")
def test_order_of_what_a_server_lists_does_not_change_the_fingerprint() -> None:
    indexes = {name: replace(BY_DAY, name=name) for name in "ABC"}
    tags = {"a": "1", "b": "2"}
    declared = replace(TABLE, indexes=indexes, facts={"tags": tags})
    prints = set()
    for names in permutations("ABC"):
        live = replace(
            declared,
            indexes={name: indexes[name] for name in names},
            facts={"tags": dict(reversed(tags.items()))},
        )
        found = plan(declared, live)
        assert found.changes == ()
        prints.add(found.fingerprint)
    assert len(prints) == 1


def test_plan_is_stale_if_the_table_changed_or_was_made_anew() -> None:
    live = LiveTable(replace(TABLE, ttl=None), identity="1")
    other = [replace(live, identity="2"), replace(live, schema=replace(TABLE, ttl="other"))]
    first, *others = (make_plan({"orders": TABLE}, {"orders": one}) for one in (live, *other))
    assert first.id not in [one.id for one in others]
    assert first.id == make_plan({"orders": TABLE}, {"orders": live}).id


def test_dropped_table_keeps_a_copy_of_a_name() -> None:
    live = {"orders": LiveTable(TABLE), "others": LiveTable(OLD)}
    planning = destroy_plan(live, ["orders"], backup="trueup-7")
    assert planning.steps == [DropTable(TABLE, "trueup-7-orders")]
    assert planning.changes[0].inverse() is None


def test_change_is_described_as_json() -> None:
    assert described(SetTtl(TABLE, None, "expires")) == {
        "kind": "SetTtl",
        "table": "orders",
        "before": None,
        "after": "expires",
    }


def test_former_name_follows_the_pattern_of_the_present_one() -> None:
    one = Table("orders", Plain, partition="id", renamed_from="purchases")
    schema = declared_schema(Layer("shop", target="sqlite", tables=[one]).describe(one), "b-orders")
    assert schema.renamed_from == "b-purchases"


@pytest.mark.case("S9")
def test_indexes_of_an_attribute_that_changes_its_type_are_all_dropped_first() -> None:
    """An attribute has one type in a table, whichever of its indexes uses it."""
    text = AttributeSchema("day", "S")
    live = replace(TABLE, indexes={name: replace(BY_DAY, name=name) for name in ("A", "B")})
    wanted = {name: replace(BY_DAY, name=name, partition=(text,)) for name in ("A", "AA", "B")}
    declared = replace(TABLE, indexes=wanted)
    steps = plan(declared, live).steps
    indexes = [step for step in steps if isinstance(step, AddIndex | DropIndex)]
    assert [(type(step), step.index.name) for step in indexes] == [
        (DropIndex, "A"),
        (DropIndex, "B"),
        (AddIndex, "A"),
        (AddIndex, "B"),
        (AddIndex, "AA"),
    ]


def test_comment_of_a_step_names_few_tables() -> None:
    names = [f"T{number}" for number in range(9)]
    assert shown_names(names[:6]) == "T0, T1, T2, T3, T4, T5"
    assert shown_names(names) == "T0, T1, T2 and 6 others"
