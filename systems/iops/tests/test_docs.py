"""The schema document is complete, and what it shows is true."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import trueup
from systems.iops.models import Insight, insights, layer, metrics
from systems.iops.seeds import SEEDED_AT, all_insights, all_metrics, example_metrics, seed
from systems.iops.tests.document import calls_of, json_of, keys_of, rows_of, section_of
from trueup import Model, Results, Table
from trueup.docgen import render_page, stale_pages
from trueup.engines.connect import target_engine

PAGE = Path(__file__).parents[1] / "docs" / "database-schema.md"
TEXT = render_page(layer, target_engine(layer))
"""As it is made now; the file is compared with it."""
STUDENT = "stu_4532"


def test_document_is_what_the_declarations_say() -> None:
    """If not: `make generate`."""
    assert stale_pages(layer, target_engine(layer), PAGE) == []


@pytest.mark.req("I60")
@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (
            metrics,
            {
                "entity_id": "String",
                "entity_type": "String",
                "sessions_7d": "Number",
                "sessions_14d": "Number",
                "sessions_30d": "Number",
                "ib_calls_7d": "Number",
                "ib_calls_14d": "Number",
                "avg_rating": "Number",
                "health_score": "Number",
                "last_updated": "String",
            },
        ),
        (
            insights,
            {
                "entity_id": "String",
                "timestamp": "String",
                "prediction_type": "String",
                "pk": "String",
                "sk": "String",
                "alert_id": "String",
                "risk_score": "Number",
                "explanation": "String",
                "recommendations": "List",
                "model_used": "String",
                "ttl": "Number",
            },
        ),
    ],
)
def test_document_has_everything_about_a_table(table: Table[Any], kinds: dict[str, str]) -> None:
    text = section_of(TEXT, table.name)
    assert f"* **Name in the database**: `{table.name}`" in text
    assert keys_of(section_of(TEXT, table.name, "Key")) == [table.partition, table.sort]
    rows = rows_of(section_of(TEXT, table.name, "Attributes"))[1:]
    assert {row[0]: row[1] for row in rows} == kinds
    assert [row[0] for row in rows if not row[4]] == []
    for index in table.indexes:
        shown = section_of(TEXT, table.name, "Indexes", index.name)
        assert keys_of(shown) == [index.partition, index.sort]
        assert f"{index.description}.\n" in shown
        assert "* **Answers**: `" in shown
    example = json_of(section_of(TEXT, table.name, "Example item"))
    assert set(example) == set(kinds)
    for pattern in table.patterns:
        shown = section_of(TEXT, table.name, "Access patterns", pattern.name)
        assert json_of(shown)["TableName"] == table.name


@pytest.mark.req("IT1")
def test_example_item_is_not_born_expired() -> None:
    example = json_of(section_of(TEXT, insights.name, "Example item"))
    made = datetime.fromisoformat(example["timestamp"])
    assert example["ttl"] == int((made + timedelta(days=90)).timestamp()) == 1744713000
    assert example["sk"] == example["timestamp"]
    assert example["alert_id"].endswith(example["timestamp"])
    assert Insight.model_validate(example).ttl == made + timedelta(days=90)


@pytest.mark.req("IT5")
def test_keys_of_an_insight_come_from_its_fields_and_the_document_says_how() -> None:
    rows = {row[0]: row[3] for row in rows_of(section_of(TEXT, insights.name, "Attributes"))}
    assert rows["pk"] == "made of insight#{entity_id}"
    assert rows["sk"] == "made of {timestamp}"
    example = json_of(section_of(TEXT, insights.name, "Example item"))
    parts = {name: value for name, value in example.items() if name not in ("pk", "sk")}
    assert Insight.model_validate(parts).pk == example["pk"]
    with pytest.raises(ValidationError):
        Insight.model_validate({**example, "pk": "insight#stu_1"})


@pytest.mark.req("IT12")
@pytest.mark.parametrize("table", [metrics, insights], ids=lambda table: table.name)
def test_document_says_that_items_without_a_key_are_in_no_index(table: Table[Any]) -> None:
    for index in table.indexes:
        shown = section_of(TEXT, table.name, "Indexes", index.name)
        lacks = f"* **Lacks**: items without `{index.partition}` or `{index.sort}`: "
        assert f"{lacks}the index is sparse, and no query of it finds them." in shown


class Opened:
    """A filled database, and what the code of the document makes of it. now: of its clock."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
        def connect(_url: str, *given: Any) -> Any:
            return opened(f"sqlite:///{path}", *given, clock=now.timestamp)

        opened = partial(trueup.connect)
        monkeypatch.setattr(trueup, "connect", connect)

    def ask(self, table: Table[Any], call: str) -> Any:
        """The answer to a call of the document."""
        names: dict[str, Any] = {}
        setup, *_ = calls_of(section_of(TEXT, table.name, "Access patterns")).values()
        exec(setup, names)
        found = eval(call, names)
        answer = found.all() if isinstance(found, Results) else found
        names["db"].close()
        return answer


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "iops.db"
    with trueup.connect(f"sqlite:///{path}", layer, clock=SEEDED_AT.timestamp) as db:
        db.create_tables()
        seed(db)
    return path


def calls_below(table: Table[Any], name: str) -> dict[str, str]:
    """The calls below a heading, by the sentence in front of each."""
    return calls_of(section_of(TEXT, table.name, "Access patterns", name))


STUDENTS = [one for one in all_metrics() if one.entity_type == "student"]
OF_STUDENT = sorted((one for one in all_insights() if one.entity_id == STUDENT), key=lambda i: i.sk)
CHURN = [one for one in all_insights() if one.prediction_type == "churn_risk"]
IB_CALLS = [one for one in all_insights() if one.prediction_type == "high_ib_call_frequency"]


@pytest.mark.parametrize(
    ("table", "pattern", "said", "answer"),
    [
        pytest.param(
            metrics,
            "entities_by_health",
            "Students whose health score is below 70.",
            sorted((s for s in STUDENTS if s.health_score < 70), key=lambda s: s.health_score),
            marks=pytest.mark.req("I61"),
        ),
        pytest.param(
            metrics,
            "recently_updated",
            "Recently updated students.",
            sorted(STUDENTS, key=lambda s: s.last_updated, reverse=True),
            marks=pytest.mark.req("I62"),
        ),
        pytest.param(
            insights,
            "insights_by_prediction",
            "All predictions of a churn risk.",
            sorted(CHURN, key=lambda i: i.timestamp, reverse=True),
            marks=pytest.mark.req("I63"),
        ),
        pytest.param(
            insights,
            "insights_by_risk",
            "Those with a risk score above 80.",
            sorted((i for i in IB_CALLS if i.risk_score > 80), key=lambda i: -i.risk_score),
            marks=pytest.mark.req("I64"),
        ),
        pytest.param(
            insights,
            "insights_of_entity",
            "All insights of a student in January 2025.",
            [i for i in OF_STUDENT if i.sk.startswith("2025-01")],
            marks=pytest.mark.req("I65"),
        ),
        pytest.param(
            metrics,
            "One item by its key",
            "",
            example_metrics(),
            marks=pytest.mark.req("I66"),
        ),
        pytest.param(
            metrics,
            "entities_by_health",
            "All students.",
            sorted(STUDENTS, key=lambda s: s.health_score),
            marks=pytest.mark.req("I67"),
        ),
        pytest.param(
            insights,
            "latest_insights",
            "The latest ten insights of a student.",
            OF_STUDENT[::-1][:10],
            marks=pytest.mark.req("I68"),
        ),
    ],
)
def test_query_of_the_document_gives_its_answer(
    filled: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: Table[Any],
    pattern: str,
    said: str,
    answer: list[Model] | Model,
) -> None:
    assert answer
    call = calls_below(table, pattern)[said]
    assert Opened(filled, monkeypatch, SEEDED_AT).ask(table, call) == answer


@pytest.mark.req("IT11")
def test_no_query_of_the_document_shows_what_has_expired(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are still stored."""
    assert "Deletion is not prompt." in section_of(TEXT, insights.name, "Expiry")
    late = Opened(filled, monkeypatch, SEEDED_AT + timedelta(days=90))
    for name in ("One item by its key", *(pattern.name for pattern in insights.patterns)):
        for call in calls_below(insights, name).values():
            assert not late.ask(insights, call), call
    with closing(sqlite3.connect(filled)) as connection:
        [(stored,)] = connection.execute(f'SELECT count(*) FROM "{insights.name}"')
    assert stored == len(list(all_insights()))
