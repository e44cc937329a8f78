"""The reference systems' tables, made and verified by the commands' own functions, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import trueup
from systems.domainflow.tables import layer as domainflow
from systems.iops.models import layer as iops
from systems.nexus.tables import layer as nexus
from systems.pdfjobs.tables import layer as pdfjobs
from tests.lifecycle.places import Place
from trueup import Layer
from trueup.engines.connect import find_driver
from trueup.lifecycle.apply import apply
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.inspection import Intent, Target, inspect
from trueup.lifecycle.state.records import Scope
from trueup.lifecycle.verification import Verification, look_at, verify_tables
from trueup.schema.hazard import Allowance
from trueup.testing.postgres import drop_tables

LAYERS = [pytest.param(nexus, id="nexus"), pytest.param(iops, id="iops")]
RELATIONAL = [pytest.param(domainflow, id="domainflow"), pytest.param(pdfjobs, id="pdfjobs")]
DESTROY = Intent(frozenset({Allowance.PRUNE}), is_destroy=True)


@contextmanager
def opened(place: Place, layer: Layer, *, protect: bool = False) -> Iterator[Target]:
    """The tables of a system, under names of the test; a system names one by a variable."""
    with place.opened(layer, Scope(layer.name, "beta", protect)) as target:
        yield target


def verified(target: Target) -> Verification:
    declared = declared_tables(target.opened.open_layer, protect=target.scope.protect)
    return verify_tables(declared, look_at(target.opened))


@pytest.mark.req("I72", "I73", "I74")
@pytest.mark.parametrize("layer", LAYERS)
def test_tables_are_made_and_found_as_declared(place: Place, layer: Layer) -> None:
    with opened(place, layer) as target:
        before = verified(target)
        assert before.present == ()
        assert {one.table for one in before.differing()} == set(before.declared)
        apply(target, Intent())
        after = verified(target)
        assert after.present == after.declared
        assert len(after.declared) == len(layer.tables)
        assert after.differing() == []
        # ministack keeps no days of recovery, and says so; SQLite has no such fact.
        assert {one.difference.path for one in after.unknown} <= {("pitr", "days")}
        assert inspect(target).plan(Intent()).changes == ()


@pytest.mark.req("NT7")
@pytest.mark.parametrize("place", ["dynamodb"], indirect=True)
def test_protection_against_deletion_follows_the_stage(place: Place) -> None:
    """A protected stage keeps its tables; another can be torn down."""
    with opened(place, iops, protect=True) as target:
        apply(target, Intent())
        facts = {name: live.schema.facts for name, live in inspect(target).live.items()}
        assert {one["deletion_protection"] for one in facts.values()} == {True}
    with opened(place, iops) as target:
        assert verified(target).differing() == []
        apply(target, Intent(is_named=True))  # a person says that it is protected no longer
        apply(target, DESTROY)
        assert verified(target).present == ()


@pytest.mark.req("N21")
@pytest.mark.parametrize(("given", "name"), [(None, "Enrichment"), ("Explained", "Explained")])
def test_table_of_enrichments_is_named_by_a_variable(
    place: Place, given: str | None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ENRICHMENT_TABLE_NAME", raising=False)
    if given is not None:
        monkeypatch.setenv("ENRICHMENT_TABLE_NAME", given)
    with opened(place, nexus) as target:
        only = replace(target, only=frozenset({"ControlEnrichments"}))
        apply(only, Intent())
        assert inspect(only).live.keys() == {f"{place.prefix}{name}"}


@pytest.mark.parametrize("layer", RELATIONAL)
def test_tables_of_columns_are_made_and_found_as_declared(postgis_url: str, layer: Layer) -> None:
    place = Place(postgis_url, f"trueup-life-{uuid4().hex[:8]}-")
    try:
        with opened(place, layer) as target:
            plan = inspect(target).plan(Intent())
            assert len(plan.changes) == len(layer.tables)
            apply(target, Intent())
            after = verified(target)
            assert after.present == after.declared
            assert (after.differing(), list(after.unknown)) == ([], [])
            assert inspect(target).plan(Intent()).changes == ()
            with trueup.connect(postgis_url, layer, table_names=f"{place.prefix}{{table}}") as db:
                db.create_tables()  # which reads only the shape of tables that are there
            assert inspect(target).plan(Intent()).changes == ()
            assert verified(target).differing() == []
            apply(target, DESTROY)
            assert verified(target).present == ()
    finally:
        drop_tables(postgis_url, place.prefix)


@pytest.mark.parametrize(
    ("layer", "change", "found"),
    [
        (
            pdfjobs,
            'ALTER TABLE "{}jobs" DISABLE TRIGGER trigger_jobs_status',
            "trigger_jobs_status",
        ),
        (domainflow, 'DROP INDEX "{0}incidents.idx_incidents_location"', "idx_incidents_location"),
        (domainflow, 'ALTER TABLE "{}teams" ALTER members DROP NOT NULL', "members"),
    ],
)
def test_change_by_others_is_found(postgis_url: str, layer: Layer, change: str, found: str) -> None:
    place = Place(postgis_url, f"trueup-life-{uuid4().hex[:8]}-")
    parameters: dict[str, Any] = dict(find_driver(postgis_url)[1].parameters)
    try:
        with opened(place, layer) as target:
            apply(target, Intent())
            with psycopg.connect("", autocommit=True, **parameters) as other:
                other.execute(change.format(place.prefix).encode())
            [one] = verified(target).differing()
            assert found in ".".join(one.difference.path)
    finally:
        drop_tables(postgis_url, place.prefix)
