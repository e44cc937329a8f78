"""Mutations of declarations, templates and live tables: verify finds each, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.aws_proxy.client import Client
from tests.templates.truth import (
    FORMATS,
    declared,
    document,
    layer,
    mutate,
    mutations,
    planned,
    written,
)
from tests.unit.dynamodb.engines import ok
from tests.unit.dynamodb.jobs import DESCRIBED, declare, recorded
from trueup import connect
from trueup.cli.exit_codes import ExitCode
from trueup.cli.verify import exit_code
from trueup.engines.dynamodb.inspect.tables import inspect_table
from trueup.engines.open_tables import open_tables_to_read
from trueup.errors import Place
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import Verification, look_at, verify_tables
from trueup.schema.engine import LiveTable
from trueup.schema.facts import dotted
from trueup.schema.severity import Severity
from trueup.templates.template import Template
from trueup.templates.verification import verify_templates
from trueup.testing.cleanup import drop_tables

Mutation = Mapping[str, Any]
NOTHING: Mapping[str, str] = {}


def what(value: object) -> str:
    return str(value.get("what")) if isinstance(value, dict) else str(value)


def found_in(template: Template, tables: Any = None) -> Verification:
    return verify_templates(tables or declared(), [template], resources={})


def differing(found: Verification) -> dict[str, str]:
    """The severities of what differs, by table and path."""
    return {
        f"{one.table} {dotted(one.difference.path) if one.difference.path else ''}": str(
            one.severity
        )
        for one in found.differing()
    }


def expect(found: Verification, mutation: Mutation, unchanged: Mapping[str, str] = NOTHING) -> None:
    """The mutation is found by its severity, as what it also changes, and nothing else."""
    told = {at: how for at, how in differing(found).items() if at not in unchanged}
    if "stranger" in mutation:
        assert told.pop(f"{mutation['stranger']} ") == "low"
    (table,) = {at.partition(" ")[0] for at in told}
    paths = [mutation["path"], *mutation.get("also", ())]
    assert told.keys() == {f"{table} {path}" for path in paths}
    assert told[f"{table} {mutation['path']}"] == mutation["severity"]
    assert exit_code(found, Severity.LOW) is ExitCode.CHANGES


@pytest.mark.parametrize("kind", ["cloudformation", "cdk.out"])
@pytest.mark.parametrize("mutation", mutations("template"), ids=what)
def test_mutation_of_a_stack_is_found(mutation: Mutation, kind: str, tmp_path: Path) -> None:
    changed = document(kind)
    mutate(changed["Resources"], mutation)

    expect(found_in(written(tmp_path, kind, changed)), mutation)


@pytest.mark.parametrize("mutation", mutations("terraform"), ids=what)
def test_mutation_of_a_plan_of_terraform_is_found(mutation: Mutation, tmp_path: Path) -> None:
    changed = document("terraform")
    mutate(planned(changed), mutation)

    expect(found_in(written(tmp_path, "terraform", changed)), mutation)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("mutation", mutations("declaration"), ids=what)
def test_mutation_of_the_declaration_is_found(
    mutation: Mutation, kind: str, tmp_path: Path
) -> None:
    template = written(tmp_path, kind, document(kind))

    expect(found_in(template, declared(layer(mutation))), mutation)


def look(url: str, names: str) -> Verification:
    """The live tables beside the declaration."""
    with open_tables_to_read(url, layer(), table_names=names) as opened:
        tables = declared_tables(opened.open_layer)
        return verify_tables(tables, look_at(opened), engine=opened.open_layer.engine)


@pytest.fixture
def prefix(dynamodb_url: str) -> Iterator[str]:
    """Begins the names of tables that are as declared."""
    prefix = f"mutated-{uuid4().hex[:8]}-"
    with connect(dynamodb_url, layer(), table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
    yield prefix
    client = Client(int(dynamodb_url.rpartition(":")[2]))
    client.raw("UpdateTable", TableName=f"{prefix}Orders", DeletionProtectionEnabled=False)
    drop_tables(dynamodb_url, prefix)


@pytest.mark.parametrize("mutation", mutations("live"), ids=what)
def test_mutation_of_a_live_table_is_found(
    mutation: Mutation, dynamodb_url: str, prefix: str
) -> None:
    """What the emulator drops differs before the mutation as well."""
    client, name = Client(int(dynamodb_url.rpartition(":")[2])), f"{prefix}Orders"
    before = differing(look(dynamodb_url, f"{prefix}{{table}}"))
    if "before" in mutation:
        client.do("UpdateTable", TableName=name, **mutation["before"])
    arn = client.table(name)["TableArn"]
    by_arn = mutation["request"] in ("TagResource", "PutResourcePolicy")
    target = {"ResourceArn": arn} if by_arn else {"TableName": name}
    client.do(mutation["request"], **target, **mutation["parameters"])

    expect(look(dynamodb_url, f"{prefix}{{table}}"), mutation, before)


@pytest.mark.parametrize("mutation", mutations("recorded"), ids=what)
def test_mutation_of_what_aws_told_is_found(mutation: Mutation) -> None:
    settings = {"warm_read_units_per_second": 12_000, "warm_write_units_per_second": 4_000}
    wanted = declare(contributor_insights="throttled_keys", **settings)
    insights = ok(ContributorInsightsStatus="ENABLED", ContributorInsightsMode="THROTTLED_KEYS")
    looks = {"DescribeContributorInsights": insights}
    table = dict(mutation.get("table", {}))
    if "index" in mutation:
        first, *others = DESCRIBED["GlobalSecondaryIndexes"]
        table["GlobalSecondaryIndexes"] = [first | mutation["index"], *others]
    if "action" in mutation:
        looks[mutation["action"]] = ok(**mutation["reply"])

    def look(_: str) -> LiveTable:
        reading = inspect_table("Jobs", "Jobs", Place("dynamodb"), wanted=wanted, all_facts=True)
        live: LiveTable = recorded(looks, **table).run(reading)
        return live

    expect(verify_tables({"Jobs": wanted}, look), mutation)


def test_there_are_sixty_mutations() -> None:
    sides = ("declaration", "template", "terraform", "live", "recorded")
    assert sum(len(mutations(side)) for side in sides) >= 60
