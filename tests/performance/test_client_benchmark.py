"""The client benchmark is published as it was measured, and asks for what it needs."""

from __future__ import annotations

import ast
import json
import zlib
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bench.client.chart import FINGERPRINT
from bench.client.check import Unequal, check_library, expected_values
from bench.client.comparable import comparable
from bench.client.goals import GOALS, Goal, Judged, cheaper_peers, judge
from bench.client.operations import CALLS, COLD, FLOOR, LIBRARIES, OPERATIONS
from bench.client.processes import DISTRIBUTIONS, Missing, find_versions
from bench.client.replies import UNKNOWN, make_replies, name_of
from bench.client.report import render_page
from bench.values import Status, make_values

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "benchmarks"
MODULES = ROOT / "bench" / "client" / "libraries"


@pytest.fixture(scope="module")
def results() -> Any:
    return json.loads((PUBLISHED / "client.json").read_text(encoding="utf-8"))


def operations_of(library: str) -> set[str]:
    """The operations that a library's module has, without importing it."""
    tree = ast.parse((MODULES / f"{library}.py").read_text(encoding="utf-8"))
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    names = {node.name for node in ast.walk(tree) if isinstance(node, functions)}
    return names & set(CALLS)


def texts_of(png: bytes) -> Iterator[tuple[str, str]]:
    """The texts in a PNG. Source: https://www.w3.org/TR/png-3/#11tEXt"""
    place = 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"tEXt":
            name, _, text = content.partition(b"\0")
            yield name.decode("latin-1"), text.decode("latin-1")
        place += 12 + length


def test_page_is_made_from_the_json(results: Any) -> None:
    assert render_page(results) == (PUBLISHED / "client.md").read_text(encoding="utf-8")


def test_chart_was_drawn_from_the_json() -> None:
    fingerprint = sha256((PUBLISHED / "client.json").read_bytes()).hexdigest()
    assert dict(texts_of((PUBLISHED / "client.png").read_bytes()))[FINGERPRINT] == fingerprint


def test_results_say_what_they_were_measured_with(results: Any) -> None:
    assert set(results) == {"machine", "versions", "repetitions", "rows", "parts"}
    assert set(results["machine"]) == {"system", "processor", "cores"}
    assert set(results["versions"]) == {"python", "openssl", *DISTRIBUTIONS}


def test_rows_have_one_shape(results: Any) -> None:
    common = {
        "scenario",
        "operation",
        "library",
        "cpu_us_median",
        "cpu_us_min",
        "cpu_us_rounds",
    }
    for row in results["rows"]:
        assert set(row) == common | ({"peak_rss_mb"} if row["operation"] == COLD else set())
        assert row["scenario"] == "tls_3ms"


def test_median_and_least_are_those_of_the_rounds(results: Any) -> None:
    for row in results["rows"]:
        assert row["cpu_us_median"] == pytest.approx(median(row["cpu_us_rounds"]), abs=0.06)
        assert row["cpu_us_min"] == min(row["cpu_us_rounds"]) > 0


@pytest.mark.parametrize("library", sorted(set(LIBRARIES) - {"trueup_botocore"}))
def test_every_operation_of_a_library_is_published(results: Any, library: str) -> None:
    cold = set() if library == FLOOR else {COLD}
    found = {row["operation"] for row in results["rows"] if row["library"] == library}
    assert found == operations_of(library) | cold


def test_both_wires_have_the_same_rows(results: Any) -> None:
    found = {
        name: [row["operation"] for row in results["rows"] if row["library"] == name]
        for name in ("trueup", "trueup_botocore")
    }
    assert found["trueup"] == found["trueup_botocore"] == list(OPERATIONS)


def test_every_goal_is_judged(results: Any) -> None:
    assert [judged.goal for judged in judge(results["rows"])] == list(GOALS)


@pytest.mark.parametrize(("ours", "is_met"), [(9.0, True), (9.1, False)])
def test_a_goal_is_met_up_to_its_limit(ours: float, is_met: bool) -> None:
    assert Judged(Goal("get", "boto3", 0.09), ours, 100.0).is_met == is_met


def test_a_peer_that_takes_no_more_is_named() -> None:
    costs = {"trueup": 10.0, "trueup_botocore": 1.0, FLOOR: 1.0, "boto3": 10.0, "pynamodb": 11.0}
    rows = [
        {"operation": "get", "library": library, "cpu_us_median": cost}
        for library, cost in costs.items()
    ]
    assert cheaper_peers(rows) == [("get", "boto3")]


def test_a_missing_library_is_named_with_what_to_do() -> None:
    with pytest.raises(Missing, match=r"no-such-thing \(for trueup\).*run `make bench`"):
        find_versions({"trueup": ("trueup", "no-such-thing")})


def test_a_library_whose_python_is_missing_is_named() -> None:
    with pytest.raises(Missing, match=r"no-such-thing \(for aioboto3\)"):
        find_versions({"aioboto3": ("no-such-thing",)})


def test_a_library_that_reads_other_values_is_refused() -> None:
    expected = expected_values()
    wrong = {**expected["get"][0], "age": comparable(100)}
    check_library("trueup", {"get": expected["get"]}, expected)
    with pytest.raises(Unequal, match="trueup gives other values for get"):
        check_library("trueup", {"get": [wrong]}, expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("342347.850"), 342347.85),
        (Decimal(26), 26),
        (Status.CLOSED, "closed"),
        (make_values(1)["created_at"], "2024-01-20T02:22:49.190702+0000"),
        ({"floor": 1}, {"floor": Decimal("1.0")}),
    ],
)
def test_equal_values_of_different_types_compare_as_equal(one: object, other: object) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, "1"), (1, 1.5), (None, ""), ([1, 2], [2, 1])]
)
def test_different_values_do_not_compare_as_equal(one: object, other: object) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize("name", sorted(make_replies()))
def test_a_reply_has_the_checksum_of_its_body(name: str) -> None:
    head, _, body = make_replies()[name].partition(b"\r\n\r\n")
    assert f"x-amz-crc32: {zlib.crc32(body)}".encode() in head.split(b"\r\n")
    assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")


@pytest.mark.parametrize(
    ("target", "body", "name"),
    [
        ("GetItem", b"{}", "GetItem"),
        ("Query", b'{":pk":{"S":"customers#100"}}', "Query 100"),
        ("Query", b'{":pk":{"S":"customers#1000"}}', "Query 1000"),
        ("UpdateItem", b'{"ReturnValues":"NONE"}', "UpdateItem"),
        ("UpdateItem", b'{"ReturnValues":"ALL_NEW"}', "UpdateItem ALL_NEW"),
        ("GetItem", b'{"ReturnConsumedCapacity":"TOTAL"}', "GetItem and capacity"),
    ],
)
def test_a_reply_depends_on_operation_and_parameters(target: str, body: bytes, name: str) -> None:
    assert name_of(target, body) == name
    assert name in make_replies()


def test_what_is_not_canned_is_an_error() -> None:
    assert make_replies()[UNKNOWN].startswith(b"HTTP/1.1 400 ")


def test_versions_agree_with_those_of_development() -> None:
    pins = [
        dict(line.split("==") for line in path.read_text(encoding="utf-8").split() if "==" in line)
        for path in (ROOT / "constraints.txt", ROOT / "constraints-bench.txt")
    ]
    shared = set(pins[0]) & set(pins[1])
    assert {name: pins[1][name] for name in shared} == {name: pins[0][name] for name in shared}
    assert "pydantic" in shared
