"""Slow requests and connections as lines that CloudWatch makes metrics of."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import trueup
from trueup import Layer, Model, Table
from trueup.observability import MetricsLog
from trueup.operations.events import RequestFinished, RequestStarted


class Answer(Model):
    n: int


class Note(Model):
    id: str


LAYER = Layer("notes", target="postgres", tables=[Table("Notes", Note, partition="id")])
SLEEP = "SELECT 1 AS n FROM pg_sleep(0.2) WHERE :word <> ''"


def metrics_of(line: str) -> dict[str, Any]:
    """The metrics of a line, after what CloudWatch asks of it: each has a number and a unit, each
    dimension a text."""
    found = json.loads(line)
    [about] = found["_aws"]["CloudWatchMetrics"]
    assert found["_aws"]["Timestamp"] > 1_700_000_000_000
    assert about["Namespace"] == "Trueup"
    assert all(isinstance(found[name], str) for name in about["Dimensions"][0])
    assert {one["Unit"] for one in about["Metrics"]} <= {"Count", "Milliseconds"}
    return {one["Name"]: found[one["Name"]] for one in about["Metrics"]} | {
        name: found[name] for name in (*about["Dimensions"][0], "action") if name in found
    }


@pytest.mark.server
@pytest.mark.req("D91")
def test_slow_queries_and_connections_of_a_server_are_measured(postgres_url: str) -> None:
    lines: list[str] = []
    with trueup.connect(f"{postgres_url}&pool=1", LAYER) as db:
        db.subscribe(MetricsLog(db, slow_s=0.1, every_s=0, write=lines.append))
        db.fetch_one(Answer, "SELECT 1 AS n")
        [quick] = map(metrics_of, lines)
        assert quick["ConnectionsMost"] == 1
        assert "SlowRequests" not in quick
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: db.fetch_one(Answer, SLEEP, word="s3cret"), range(3)))
    found = [*map(metrics_of, lines)]
    slow = [one for one in found if "SlowRequests" in one]
    assert len(slow) == 3
    assert all(one["SlowDuration"] >= 200 for one in slow)
    assert {one["operation"] for one in slow} == {"fetch_one"}
    counted = [one for one in found if "CallsWaiting" in one]
    assert max(one["CallsWaiting"] for one in counted) >= 1
    assert {one["ConnectionsOpened"] for one in counted} == {1}
    assert "s3cret" not in "".join(lines)


def test_connections_are_counted_at_times_and_only_where_there_are_some() -> None:
    now_s, lines = 1_800_000_000.0, list[str]()
    layer = Layer("notes", target="sqlite", tables=LAYER.tables)
    with trueup.connect("sqlite://", layer) as db:
        log = MetricsLog(db, slow_s=1, write=lines.append, clock=lambda: now_s)
        done = ("get", "Get", "Notes", None, 1)
        log(RequestStarted(*done))
        log(RequestFinished(*done, duration_s=1.0))
        assert lines == []
        log(RequestFinished(*done, duration_s=1.5, error="throttled"))
    [line] = lines
    assert metrics_of(line)["SlowDuration"] == 1500
    assert json.loads(line)["error"] == "throttled"
    assert "index" not in json.loads(line)
