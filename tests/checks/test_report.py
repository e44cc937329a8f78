"""The report counts, and what it cannot count is unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trueup import (
    AccessPattern,
    ExpiresAt,
    Function,
    Index,
    Layer,
    Model,
    Table,
    connect,
)
from trueup.checks.report.components import Component, Known, components, overall
from trueup.checks.report.evidence import Call, Results, read_calls, read_results
from trueup.checks.report.page import report_page
from trueup.engines.open_tables import unopened_layer
from trueup.errors import ConfigurationError
from trueup.infra import cloudformation, stack_of
from trueup.infra.formats.files import Format, template_text
from trueup.lifecycle.declared import declared_tables
from trueup.templates.reading import read_template
from trueup.templates.verification import verify_templates
from trueup.testing.calls import CallLog


class Order(Model):
    customer: str
    day: str
    gone: ExpiresAt | None = None


orders = Table(
    "Orders",
    Order,
    partition="customer",
    stream="NEW_IMAGE",
    indexes=[Index("ByDay", partition="day")],
    patterns=[AccessPattern("of_customer"), AccessPattern("of_day", index="ByDay")],
)
notes = Table("Notes", Order, partition="customer")
FUNCTIONS = [
    Function("writer", handler="app.h:writer", writes=[orders.create]),
    Function("counter", handler="app.h:counter", writes=[orders.update]),
]
LAYER = Layer("shop", target="dynamodb", tables=[orders, notes], functions=FUNCTIONS)
NAMES = {"Orders": "beta-Orders", "Notes": "beta-Notes"}
STACK = stack_of(LAYER, NAMES, stage="beta")


def known(
    template: Path | None = None,
    *,
    tests: Results | None = None,
    calls: frozenset[Call] | None = None,
    layer: Layer = LAYER,
) -> Known:
    templates = (read_template(template),) if template else ()
    opened = unopened_layer("dynamodb://eu-west-1", layer, table_names="beta-{table}")
    declared = declared_tables(opened)
    findings = (
        list(verify_templates(declared, templates, resources={}).findings) if templates else None
    )
    return Known(layer, NAMES, STACK, findings, templates, tests, calls, ttl_page=True)


def counted(found: Known) -> dict[str, Component]:
    return {one.name: one for one in components(found)}


def deployed(folder: Path, *without: str) -> Path:
    """The template of the layer, without some lines."""
    path = folder / "shop.template.json"
    text = template_text(STACK, Format.CLOUDFORMATION, is_json=True)
    for line in without:
        assert line in text
        text = text.replace(line, "")
    path.write_text(text)
    return path


def test_everything_that_is_deployed_counts(tmp_path: Path) -> None:
    found = counted(known(deployed(tmp_path)))
    for name in ("Table schemas", "Infrastructure", "Recovery", "Streams", "Alarms"):
        assert found[name].percent == 100, name
        assert found[name].of > 0, name


@pytest.mark.req("N108")
def test_each_component_counts_what_is_missing(tmp_path: Path) -> None:
    stream = (
        ',\n        "StreamSpecification": {\n          "StreamViewType": "NEW_IMAGE"\n        }'
    )
    template = deployed(tmp_path, stream)
    text = template.read_text().replace('"PointInTimeRecoveryEnabled": true', _OFF, 1)
    template.write_text(text.replace('"AlarmName": "beta-Notes-', '"AlarmName": "renamed-'))
    calls = frozenset({Call("query", "Orders", "ByDay"), Call("put_many", "Orders", "")})
    found = counted(known(template, tests=Results(3, 4), calls=calls))
    assert (found["Streams"].done, found["Streams"].of) == (0, 1)
    assert (found["Recovery"].missing, found["Recovery"].percent) == (("Orders",), 50)
    assert 0 < found["Alarms"].done < found["Alarms"].of
    assert found["Data access"].missing == ("Orders.of_customer",)
    assert found["Batch operations"].missing == ("Notes",)
    assert found["Idempotency"].missing == ("counter",)
    assert found["Tests"].percent == 75
    assert found["Table schemas"].percent == 100
    assert found["Infrastructure"].percent == 100
    assert found["TTL documentation"].percent == 100
    shares = [one.percent for one in found.values()]
    assert overall(found.values()) == sum(filter(None, shares)) // 10


_STREAM = """,
        "StreamSpecification": {
          "StreamViewType": "NEW_IMAGE"
        }"""
_OFF = '"PointInTimeRecoveryEnabled": false'


def test_table_that_is_missing_is_missing_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "t.template.json"
    template = cloudformation(STACK)
    template["Resources"] = {
        name: one for name, one in template["Resources"].items() if not name.startswith("Notes")
    }
    path.write_text(json.dumps(template))
    found = counted(known(path))
    assert found["Table schemas"].missing == ("Notes",)
    assert found["Infrastructure"].missing == ("beta-Notes table",)
    assert found["Recovery"].missing == ("Notes",)


@pytest.mark.req("NT13")
def test_what_is_not_given_is_unknown_and_in_no_average() -> None:
    found = components(known())
    assert overall(found) == 75  # the functions, and the page of what expires
    page = report_page(LAYER, "beta", found)
    assert page.count("| unknown |") == 8
    assert "75 % on average of 2 components" in page


def test_layer_without_functions_has_no_idempotency() -> None:
    bare = Layer("shop", target="dynamodb", tables=[orders, notes])
    found = counted(known(layer=bare))
    assert found["Idempotency"].unknown


def test_share_is_rounded_down() -> None:
    assert Component("x", "things", 199, 200).percent == 99
    assert Component("x", "things", 0, 0).percent is None


def test_log_of_calls_is_what_the_report_reads(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with connect("sqlite://", LAYER) as db:
        db.create_tables()
        db.subscribe(CallLog(path))
        repo = db.repository(orders)
        for _ in range(3):
            repo.put_many([Order(customer="ada", day="monday")])
        repo.query("monday", index="ByDay").all()
        with pytest.raises(Exception, match="already"):
            repo.create(Order(customer="ada", day="monday"))
    found = read_calls([path])
    assert {Call("put_many", "Orders", ""), Call("query", "Orders", "ByDay")} <= found
    assert not [one for one in found if one.operation == "create"]
    assert "ada" not in path.read_text()


def test_results_count_what_passed(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text(
        "<testsuites><testsuite><testcase name='a'/><testcase name='b'><failure/></testcase>"
        "<testcase name='c'><skipped/></testcase></testsuite></testsuites>"
    )
    assert read_results([path, path]) == Results(2, 6)


@pytest.mark.parametrize(
    "text", ["", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "\0", "<a>\ud800</a>"]
)
def test_what_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "junit.xml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigurationError):
        read_results([path])


@pytest.mark.parametrize("text", ["x", "[]", '{"table": "a"}', '{"table": 1}', "\0"])
def test_what_is_no_call_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(text)
    with pytest.raises(ConfigurationError):
        read_calls([path])
