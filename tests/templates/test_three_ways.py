"""Declared, template and live, fact by fact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.infra.test_templates import NAMES, SHOP
from trueup.lifecycle.verification import Verification, verify_tables
from trueup.schema.engine import LiveTable
from trueup.schema.facts import Path, Unknown, shown
from trueup.schema.severity import Severity
from trueup.schema.tables import TableSchema
from trueup.schema.verify import Finding
from trueup.templates.three_ways import three_ways
from trueup.templates.verification import declared_in_templates

ORDERS = declared_in_templates(SHOP, NAMES, protect=True)["beta-orders"]


def side(schema: TableSchema | None, **unknown: Unknown) -> Verification:
    """What is found of the declared table on one side."""
    paths: dict[Path, Unknown] = {(name,): why for name, why in unknown.items()}
    table = LiveTable(schema, unknown=paths) if schema else None
    return verify_tables({ORDERS.name: ORDERS}, lambda _: table)


def at(found: Verification, *path: str) -> Finding:
    (finding,) = [one for one in found.findings if one.difference.path == path]
    return finding


def test_what_agrees_on_both_sides_agrees() -> None:
    found = three_ways(side(ORDERS), side(ORDERS))

    assert {one.verdict for one in found.findings} == {"agrees"}
    assert len(found.findings) == len(side(ORDERS).findings)
    assert found.present == ("beta-orders",)


OFF = replace(ORDERS, stream=None)


@pytest.mark.case("S25")
def test_a_stream_that_only_the_template_lacks() -> None:
    found = three_ways(side(OFF), side(ORDERS))
    finding = at(found, "stream")

    assert (finding.verdict, finding.lags) == ("differs", ("template",))
    assert shown(finding.difference.found) == "template none, live NEW_AND_OLD_IMAGES"
    assert found.by_hand[("beta-orders", ("stream",))].startswith("the template lags")


def test_a_stream_that_only_the_live_table_lacks() -> None:
    found = three_ways(side(ORDERS), side(OFF))

    assert at(found, "stream").lags == ("live",)
    assert "deploy the template" in found.by_hand[("beta-orders", ("stream",))]


def test_a_stream_that_both_lack() -> None:
    found = three_ways(side(OFF), side(OFF))

    assert at(found, "stream").lags == ("template", "live")
    assert "deploy it" in found.by_hand[("beta-orders", ("stream",))]


@pytest.mark.case("S16")
def test_expiry_that_goes_on_after_the_template_lost_it() -> None:
    declared = replace(ORDERS, ttl=None)
    template = verify_tables({"o": declared}, lambda _: LiveTable(declared))
    live = verify_tables({"o": declared}, lambda _: LiveTable(ORDERS))

    finding = at(three_ways(template, live), "ttl")

    assert (finding.severity, finding.lags) == (Severity.CRITICAL, ("live",))
    assert shown(finding.difference.found) == "template none, live expires_at"


def test_what_one_side_does_not_know_is_not_green() -> None:
    found = three_ways(side(ORDERS, ttl=Unknown("why")), side(ORDERS))

    finding = at(found, "ttl")
    assert (finding.verdict, finding.lags) == ("unknown", ())
    assert "template unknown: why" in finding.difference.reason


def test_a_difference_counts_although_the_other_side_is_not_known() -> None:
    found = three_ways(side(ORDERS, ttl=Unknown("why")), side(replace(ORDERS, ttl=None)))

    assert (at(found, "ttl").verdict, at(found, "ttl").lags) == ("differs", ("live",))


def test_a_part_that_one_side_knows_as_a_whole_only_is_compared_with_it() -> None:
    found = three_ways(side(ORDERS, billing=Unknown("why")), side(ORDERS))

    assert at(found, "billing", "mode").verdict == "unknown"
    assert [one for one in found.findings if one.difference.path == ("billing",)] == []


def test_a_table_that_is_not_live_is_told_once() -> None:
    found = three_ways(side(ORDERS), side(None))

    differing = found.differing()
    assert [one.difference.path for one in differing] == [()]
    assert differing[0].lags == ("live",)
    assert shown(differing[0].difference.found) == "template a table, live none"
