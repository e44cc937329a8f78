"""The handlers of AWS Lambda, called with events as API Gateway makes them."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from systems.pdfjobs import handlers
from systems.pdfjobs.models import JobResult
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from trueup import Database

VALUE = "of-a-made-up-key"
FILE = "https://files.example.com/invoice.pdf"


@pytest.fixture(autouse=True)
def _opened(db: Database, schema_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(handlers.URL, schema_url)
    handlers.database.cache_clear()
    yield
    if handlers.database.cache_info().currsize:
        handlers.database().close()
    handlers.database.cache_clear()


def event(client: str | None = "a1b2c3d4e5", body: object = None, **parts: Any) -> dict[str, Any]:
    """What API Gateway hands over. client: the identifier of the key, None without one."""
    identity = {"apiKeyId": client, "apiKey": VALUE, "sourceIp": "192.0.2.1"}
    return {
        "requestContext": {"identity": identity if client else {}, "requestId": "1"},
        "queryStringParameters": None,
        "pathParameters": None,
        "isBase64Encoded": False,
        "body": None if body is None else json.dumps(body),
        **parts,
    }


def called(name: str, given: dict[str, Any]) -> tuple[int, Any]:
    """The status and the body that a handler answers."""
    answer = getattr(handlers, name)(given, None)
    return answer["statusCode"], json.loads(answer["body"])


def submitted(client: str = "a1b2c3d4e5") -> Any:
    status, job = called("submit_job", event(client, {"pdf_url": FILE}))
    assert status == 202
    return job


def test_every_declared_handler_is_there() -> None:
    for function in layer.functions:
        module, _, name = function.handler.partition(":")
        assert callable(getattr(import_module(module), name)), function.name


def test_health_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(handlers.URL, "postgresql://localhost:1/nowhere")
    assert called("health", event(None)) == (200, {"status": "ok"})


@pytest.mark.req("C64")
def test_client_is_the_identifier_of_the_key_and_its_value_is_stored_nowhere(
    service: JobService,
) -> None:
    job = submitted()
    (stored,) = service.newest("a1b2c3d4e5")
    assert (str(stored.id), stored.pdf_url) == (job["id"], FILE)
    assert VALUE not in stored.model_dump_json()
    assert "client_id" not in job


def test_client_sees_its_own_jobs_only() -> None:
    mine = submitted()
    assert called("list_jobs", event()) == (200, {"jobs": [mine]})
    assert called("list_jobs", event("other")) == (200, {"jobs": []})
    path = {"id": mine["id"]}
    assert called("get_job", event(pathParameters=path)) == (200, {**mine, "result": None})
    assert called("get_job", event("other", pathParameters=path)) == (
        404,
        {"error": "there is no such job"},
    )


def test_job_comes_with_its_result(service: JobService) -> None:
    job = submitted()
    taken = service.take()
    assert taken is not None
    service.complete(JobResult(job_id=taken.id, extracted_data={"total": "1"}, tokens_used=7))
    _, found = called("get_job", event(pathParameters={"id": job["id"]}))
    assert found["status"] == "completed"
    assert found["result"]["extracted_data"] == {"total": "1"}
    assert found["result"]["tokens_used"] == 7


def test_body_may_come_encoded() -> None:
    body = base64.b64encode(json.dumps({"pdf_url": FILE}).encode()).decode()
    status, job = called("submit_job", event(isBase64Encoded=True) | {"body": body})
    assert (status, job["pdf_url"]) == (202, FILE)


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [
        ("submit_job", event(None, {"pdf_url": FILE}), 403),
        ("submit_job", event(), 400),
        ("submit_job", event(body=[]), 400),
        ("submit_job", event(body={"pdf_url": "file:///etc/passwd"}), 400),
        ("submit_job", event(body={"pdf_url": "https://" + "a" * 2048}), 400),
        ("list_jobs", event(None), 403),
        ("list_jobs", event(queryStringParameters={"limit": "101"}), 400),
        ("list_jobs", event(queryStringParameters={"limit": "-1"}), 400),
        ("get_job", event(None), 403),
        ("get_job", event(pathParameters={"id": "1"}), 404),
        ("get_job", event(pathParameters={"id": str(uuid4())}), 404),
    ],
)
def test_wrong_requests_are_refused(name: str, given: dict[str, Any], status: int) -> None:
    answered, body = called(name, given)
    assert answered == status
    assert set(body) == {"error"}


@pytest.mark.req("C88", "C89", "C90")
@pytest.mark.parametrize(
    ("broken", "code"),
    [("postgresql://localhost:1/nowhere", "unavailable"), ("", "table-not-found")],
)
def test_failure_of_the_database_is_logged_with_its_code_and_not_told(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    sql: psycopg.Connection[Any],
    broken: str,
    code: str,
) -> None:
    if broken:
        monkeypatch.setenv(handlers.URL, broken)
    else:
        sql.execute("DROP TABLE jobs CASCADE")
    with caplog.at_level(logging.ERROR):
        status, body = called("list_jobs", event())
    assert (status, body) == (500, {"error": "the request failed; try again later"})
    logged = json.loads(caplog.messages[-1])
    assert (logged["handler"], logged["request_id"], logged["code"]) == ("list_jobs", "1", code)
    assert "a1b2c3d4e5" not in caplog.text
