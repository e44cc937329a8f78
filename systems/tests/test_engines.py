"""Each reference system gives the same answers on SQLite and over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from systems.answers import Answer, differing
from systems.iops.demo import Report, ask
from systems.iops.demo import main as iops
from systems.iops.models import layer
from systems.nexus.demo import main as nexus
from systems.places import MINISTACK, temporary_file

Main = Callable[[list[str]], int]


def findings(main: Main, url: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What a demo says of a run that agrees."""
    assert main(["--url", url, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_compliance_mappings_are_the_same_over_the_wire(
    dynamodb_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings(nexus, dynamodb_url, capsys)
    assert (found["items"], len(found["answers"])) == (10_451, 31)
    same = found["checks"][-1]
    assert same["claim"] == "answers are those of sqlite"
    assert (same["expected"], same["found"], same["wrong"]) == (31, 31, 0)


def test_dashboard_is_the_same_over_the_wire(
    dynamodb_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings(iops, dynamodb_url, capsys)
    assert (len(found["answers"]), found["different"]) == (8, [])


def test_demo_starts_a_server_where_it_is_asked_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert iops(["--url", MINISTACK]) == 0
    text = capsys.readouterr().out
    assert "8 access patterns: identical on sqlite and dynamodb (ministack" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    with temporary_file() as file:
        return ask(file)


def changed(answers: list[Answer], pattern: str, change: Callable[[Any], Any]) -> list[Answer]:
    """The answers, one of them with other items."""
    return [
        replace(one, found=change(list(one.found))) if one.pattern == pattern else one
        for one in answers
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found[1:],
        lambda found: [*found, found[0]],
        lambda found: found[::-1],
        lambda found: [found[0].model_copy(update={"model_used": "other"}), *found[1:]],
    ],
    ids=["one is missing", "one stands twice", "the order is another", "a value is another"],
)
def test_answer_that_differs_is_named(answers: list[Answer], change: Callable[[Any], Any]) -> None:
    theirs = changed(answers, "latest_insights", change)
    different = differing(layer, answers, theirs)
    assert different == ["iops-dashboard-insights.latest_insights"]
    assert not Report("dynamodb", answers, different).agrees


def test_items_with_one_sort_value_may_come_in_any_order(answers: list[Answer]) -> None:
    def swap_equal(found: list[Any]) -> list[Any]:
        same_time = found[0].model_copy(update={"entity_id": "other"})
        return [same_time, *found]

    def swapped(found: list[Any]) -> list[Any]:
        first, second, *rest = swap_equal(found)
        return [second, first, *rest]

    ours = changed(answers, "recently_updated", swap_equal)
    assert differing(layer, ours, changed(answers, "recently_updated", swapped)) == []


def test_server_that_is_not_there_is_an_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert iops(["--url", "dynamodb://127.0.0.1:1"]) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
