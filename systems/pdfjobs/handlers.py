"""What AWS Lambda calls: requests of API Gateway, for the client whose key they came with.

An answer tells nothing of the database: what failed there is in the log, by its code.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

import trueup
from trueup import Database, ErrorCode, InvalidCall, Model, Place, TrueupError

from .hosting import MIGRATE_S
from .migrate import migrate as bring_up_to_date
from .models import Job
from .service import JobService
from .tables import layer

Event: TypeAlias = Mapping[str, Any]
Response: TypeAlias = dict[str, Any]

URL = "PDFJOBS_URL"
"""The variable with the database's URL; without it, it is that of the proxy and its secret."""
THROUGH_PROXY = "postgresql://env?pool=1&pooler=true"
FOR_MIGRATIONS = "postgresql://env"
"""The same for migrations, which need a session of their own: the proxy keeps one connection for
theirs, and gives it to others when they have ended."""
MOST_JOBS = 100
_RESERVE_S = 5.0

_log = logging.getLogger(__name__)


class Submission(BaseModel):
    """What a client sends."""

    pdf_url: str = Field(max_length=2048, pattern=r"^https://\S+$")


class Refused(Exception):
    """What a client has to do otherwise."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@cache
def database() -> Database:
    """The connection of this process, which serves all its calls."""
    return trueup.connect(os.environ.get(URL, THROUGH_PROXY), layer)


def answered(respond: Callable[[Event], Response]) -> Callable[[Event, object], Response]:
    """A handler that answers what is refused, and says nothing of what failed."""

    @wraps(respond)
    def handler(event: Event, _context: object) -> Response:
        try:
            return respond(event)
        except Refused as refusal:
            return response(refusal.status, {"error": str(refusal)})
        except TrueupError as error:
            request = event.get("requestContext", {}).get("requestId")
            failure = _failure("request-failed", respond.__name__, request, error)
            _log.error(json.dumps(failure))
            return response(500, {"error": "the request failed; try again later"})

    return handler


def _failure(event: str, handler: str, request_id: object, error: TrueupError) -> dict[str, object]:
    """What is logged of a failure: never what the client sent, or the database said."""
    return {
        "event": event,
        "handler": handler,
        "request_id": request_id,
        "code": error.code,
        "category": error.category,
        "where": str(error.where),
    }


def client_of(event: Event) -> str:
    """The identifier of the key that a request came with, which is not its value."""
    client = event.get("requestContext", {}).get("identity", {}).get("apiKeyId")
    if not client:
        raise Refused(403, "an API key is needed")
    return str(client)


def response(status: int, body: object) -> Response:
    """A response as API Gateway takes it."""
    text = json.dumps(body, separators=(",", ":"))
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": text}


def health(_event: Event, _context: object) -> Response:
    """GET /"""
    return response(200, {"status": "ok"})


@answered
def submit_job(event: Event) -> Response:
    """POST /jobs"""
    client = client_of(event)
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    try:
        sent = Submission.model_validate_json(body)
    except ValidationError as error:
        raise Refused(400, 'send {"pdf_url": "https://…"} of at most 2048 characters') from error
    return response(202, shown(JobService(database()).submit(client, sent.pdf_url)))


@answered
def list_jobs(event: Event) -> Response:
    """GET /jobs?limit=20"""
    client = client_of(event)
    given = (event.get("queryStringParameters") or {}).get("limit", "20")
    if not given.isdecimal() or not 1 <= int(given) <= MOST_JOBS:
        raise Refused(400, f"limit is a number from 1 to {MOST_JOBS}")
    found = JobService(database()).newest(client, int(given))
    return response(200, {"jobs": [shown(job) for job in found]})


@answered
def get_job(event: Event) -> Response:
    """GET /jobs/{id}"""
    client = client_of(event)
    try:
        id = UUID((event.get("pathParameters") or {}).get("id", ""))
    except ValueError:
        raise _no_job() from None
    service = JobService(database())
    job = service.find(client, id)
    if job is None:
        raise _no_job()
    result = service.result(client, id)
    return response(200, {**shown(job), "result": shown(result) if result else None})


def _no_job() -> Refused:
    """The answer also for a job of another client: whether there is one is not said."""
    return Refused(404, "there is no such job")


def migrate(event: Event, context: object) -> Response:
    """Bring the database to its last version, and say which that is.

    Raises what a caller by hand has to see: the failure is the function's, and no reply.
    """
    if event:
        raise InvalidCall(
            "the migration takes no payload: what is pending is applied, and nothing is undone",
            where=Place("postgres", note="db-migrate"),
            fix="call it with {}",
            code=ErrorCode.USAGE,
        )
    try:
        done = bring_up_to_date(os.environ.get(URL, FOR_MIGRATIONS), _time_left_s(context))
    except TrueupError as error:
        request = getattr(context, "aws_request_id", None)
        _log.error(json.dumps(_failure("migration-failed", "migrate", request, error)))
        raise
    _log.info(json.dumps({"event": "migrated", **done.model_dump()}))
    return done.model_dump()


def _time_left_s(context: object) -> float:
    """The seconds that a call may take; some of its time is left to say why it failed."""
    remaining_ms = getattr(context, "get_remaining_time_in_millis", None)
    total_s = remaining_ms() / 1000 if remaining_ms else MIGRATE_S
    return max(1.0, total_s - _RESERVE_S)


def shown(item: Model) -> dict[str, Any]:
    """An item for clients: without its client, who knows."""
    hidden = {"client_id"} if isinstance(item, Job) else {"id", "job_id"}
    return item.model_dump(mode="json", exclude=hidden)
