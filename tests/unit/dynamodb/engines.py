"""An engine without a wire: requests are looked at, replies are made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from trueup.engines.dynamodb.compile.table import TableCompiler
from trueup.engines.dynamodb.ddl.body import create_body
from trueup.engines.dynamodb.ddl.declared import declared
from trueup.engines.dynamodb.engine import DynamoEngine
from trueup.engines.dynamodb.limits import RULES
from trueup.engines.dynamodb.requests.unprocessed import Resending
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.errors import TrueupError
from trueup.model import Table
from trueup.model.description.check import describe
from trueup.operations import Operation, Request, Sleep
from trueup.schema.create import create_tables
from trueup.testing.suite.tables import (
    ACCOUNTS,
    DOCUMENTS,
    EVENTS,
    FREE,
    PEOPLE,
    SESSIONS,
    SHARED,
    TEXTS,
    TILES,
)

TABLES: list[Table[Any]] = [
    ACCOUNTS,
    DOCUMENTS,
    EVENTS,
    FREE,
    PEOPLE,
    SESSIONS,
    SHARED,
    TEXTS,
    TILES,
]


def engine() -> DynamoEngine:
    """Pauses are half of the longest, tokens are `token`, tables are called `t-…`."""
    return DynamoEngine(
        RULES,
        {table.name: describe(table) for table in TABLES},
        {table.name: f"t-{table.name}" for table in TABLES},
        resending=Resending(jitter=lambda: 0.5),
        new_token=lambda: "token",
    )


def compiler(table: Table[Any]) -> TableCompiler:
    """What writes the bodies of one table, called `t-…`."""
    return TableCompiler(describe(table), f"t-{table.name}", RULES)


def created(table: Table[Any]) -> Operation[None]:
    """The operation that creates one table, under its own name."""
    names = {table.name: table.name}
    return create_tables(
        DynamoEngine(RULES, {table.name: describe(table)}, names), [describe(table)]
    )


def live(table: Table[Any], **changed: Any) -> dict[str, Any]:
    """What DescribeTable says of a table that was made from the declaration."""
    body = create_body(declared(describe(table), table.name))
    for index in body.get("GlobalSecondaryIndexes", ()):
        index["IndexStatus"] = "ACTIVE"
    return {"Table": {**body, "TableStatus": "ACTIVE", **changed}}


def body_of(request: Request[Any]) -> dict[str, Any]:
    """The parameters of a request, but for the one that every request about items has."""
    found: dict[str, Any] = json.loads(request.payload.body)
    found.pop("ReturnConsumedCapacity", None)
    return found


def ok(**body: Any) -> Reply:
    """A success."""
    return Reply(200, {}, json.dumps(body).encode())


def failed(code: str, status: int = 400, **body: Any) -> Reply:
    """An error of DynamoDB's."""
    namespace = "com.amazonaws.dynamodb.v20120810#"
    text = json.dumps({"__type": namespace + code, "message": "secret words", **body})
    return Reply(status, {b"x-amzn-requestid": b"R1"}, text.encode())


class Exchange:
    """Performs an operation with replies given in advance; keeps what was sent and waited."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.slept_s: list[float] = []

    def run(self, operation: Operation[Any]) -> Any:
        """The operation's result; every reply was needed."""
        reply: Any = None
        try:
            effect = next(operation)
            while True:
                if isinstance(effect, Sleep):
                    self.slept_s.append(effect.seconds)
                    effect = operation.send(None)
                    continue
                assert isinstance(effect, Request)
                self.sent.append((effect.payload.target, body_of(effect)))
                reply = effect.decode(self._replies.pop(0))
                effect = operation.send(reply)
        except StopIteration as stop:
            assert self._replies == []
            return stop.value

    @property
    def targets(self) -> list[str]:
        """What was asked, in order."""
        return [target for target, _ in self.sent]


class Recorded:
    """Performs operations by replies that were recorded, by action; keeps what was asked."""

    def __init__(self, replies: Mapping[str, Reply | Sequence[Reply]]) -> None:
        self._replies = {
            action: [given] if isinstance(given, Reply) else list(given)
            for action, given in replies.items()
        }
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def reply(self, request: Request[Any]) -> Any:
        """The decoded reply to a request; the last of an action is given again and again."""
        action = request.payload.target
        self.asked.append((action, body_of(request)))
        replies = self._replies[action]
        return request.decode(replies.pop(0) if len(replies) > 1 else replies[0])

    def run(self, operation: Operation[Any]) -> Any:
        """The operation's result."""
        try:
            effect = next(operation)
            while True:
                assert isinstance(effect, Request)
                try:
                    reply = self.reply(effect)
                except TrueupError as error:
                    effect = operation.throw(error)
                else:
                    effect = operation.send(reply)
        except StopIteration as stop:
            return stop.value

    @property
    def actions(self) -> list[str]:
        """What was asked, in order."""
        return [action for action, _ in self.asked]
