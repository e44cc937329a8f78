"""`timestamp` and `ttl` are reserved words of DynamoDB: no request names an attribute unaliased."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from systems.iops.models import Insight, insights, layer
from trueup import Database, at, connect

WORD = re.compile(r"(?<![#:\w])[A-Za-z_]\w*")
OPERATORS = {"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"}
FUNCTIONS = {
    "attribute_type",
    "begins_with",
    "attribute_exists",
    "attribute_not_exists",
    "size",
    "contains",
}

JANUARY, FEBRUARY = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "unused")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unused")
    with connect("dynamodb://eu-west-1", layer) as opened:  # nothing is sent
        yield opened


def expressions(body: bytes) -> list[str]:
    return [text for name, text in json.loads(body).items() if name.endswith("Expression")]


@pytest.mark.req("IT2")
def test_attributes_are_always_aliased(db: Database) -> None:
    requests = db.repository(insights).requests
    late = at(Insight.timestamp).between(JANUARY, FEBRUARY)
    sent = [
        requests.query("high_risk", index="PredictionTypeIndex", sort=late),
        requests.query("insight#stu_1", filter=at(Insight.ttl).exists()),
        requests.scan(filter=Insight.timestamp > JANUARY),
        requests.update(
            ("insight#stu_1", "2025-01-15T11:30:00Z"),
            at(Insight.risk_score).assign(1),
            only_if=at(Insight.ttl).exists(),
        ),
        requests.get("insight#stu_1", "2025-01-15T11:30:00Z"),
    ]
    texts = [text for request in sent for text in expressions(request.payload.body)]
    assert len(texts) >= 4
    words = {word for text in texts for word in WORD.findall(text)}
    assert words <= OPERATORS | FUNCTIONS
