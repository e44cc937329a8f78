"""What `requests` shows is, byte for byte, what a server receives: every method, on every wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from inspect import isawaitable
from typing import Any

import pytest

import trueup
from tests.wire.server import FaultServer, reply, sending
from trueup import (
    AccessPattern,
    ErrorCode,
    ExpiresAt,
    Index,
    Layer,
    Model,
    NeedsOperator,
    RequestPreview,
    Table,
    Version,
    at,
)
from trueup.operations import Request
from trueup.repository.database.previews import DatabasePreview
from trueup.testing.suite.harness.refusals import refused


class Note(Model):
    owner: str
    number: int
    title: str = ""
    tags: set[str] = set()
    expires_at: ExpiresAt | None = None


class Page(Model):
    id: str
    version: Version = 0


notes = Table(
    "Notes",
    Note,
    partition="owner",
    sort="number",
    indexes=[
        Index("ByTitle", partition="title", sort="number"),
        Index("Spread", "owner", shards=2),
    ],
    patterns=[AccessPattern("titled", index="ByTitle", order="descending", sorted_by="number")],
    ttl="expires_at",
)
pages = Table("Pages", Page, partition="id")
layer = Layer("recorded", target="dynamodb", tables=[notes, pages])

FIRST = Note(owner="ö", number=1, title="x", tags={"b", "a"})
CHANGED = FIRST.model_copy(update={"title": "y"})
MANY = [Note(owner="ö", number=number, title="t") for number in range(60)]
HAS_TITLE = Note.title == "x"
Call = Callable[[Any], Any]

# By the method that a case is about; `…` follows a name where a method has several.
CASES: dict[str, tuple[Table[Any], Call]] = {
    "get": (notes, lambda r: r.get("ö", 1, consistent=True)),
    "require": (notes, lambda r: r.require("ö", 1)),
    "get_many": (notes, lambda r: r.get_many([("ö", number % 70) for number in range(180)])),
    "query": (notes, lambda r: r.query("ö", sort=Note.number > 3, filter=HAS_TITLE)),
    "query… of an index, limited": (notes, lambda r: r.query("x", index="ByTitle", limit=7)),
    "query… of pages": (notes, lambda r: r.query("ö", page_size=9, limit=4, order="descending")),
    "pattern": (notes, lambda r: r.pattern("titled", "x", limit=3)),
    "scan": (notes, lambda r: r.scan(filter=at(Note.tags).contains("a"))),
    "scan… limited": (notes, lambda r: r.scan(limit=2)),
    "create": (notes, lambda r: r.create(FIRST)),
    "put": (notes, lambda r: r.put(FIRST, only_if=HAS_TITLE)),
    "put… of a version": (pages, lambda r: r.put(Page(id="a", version=3))),
    "update": (notes, lambda r: r.update(("ö", 1), at(Note.tags).add_to_set("c"))),
    "update_or_create": (notes, lambda r: r.update_or_create(("ö", 1), at(Note.title).assign("y"))),
    "delete": (notes, lambda r: r.delete("ö", 1, only_if=HAS_TITLE)),
    "put_many": (notes, lambda r: r.put_many(MANY)),
    "put_many… of versions": (pages, lambda r: r.put_many([Page(id="a"), Page(id="b")])),
    "delete_many": (notes, lambda r: r.delete_many([("ö", number) for number in range(60)])),
    "delete_where": (notes, lambda r: r.delete_where("ö", limit=9)),
    "modify": (notes, lambda r: r.modify(("ö", 1), lambda note: note)),
    "save": (notes, lambda r: r.save(CHANGED, read=FIRST)),
    "exists": (notes, lambda r: r.exists("ö", 1)),
    "count": (notes, lambda r: r.count("ö", filter=HAS_TITLE)),
    "count_all": (notes, lambda r: r.count_all(segment=1, segments=2)),
    "collection": (notes, lambda r: r.collection("ö", limit=9)),
    "put_many_iter": (notes, lambda r: r.put_many_iter(MANY)),
    "delete_many_iter": (notes, lambda r: r.delete_many_iter([("ö", 1), ("ö", 2)])),
}
NOTHING = {"Items": [], "Count": 0, "Responses": {}, "Attributes": notes.to_item(CHANGED)}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Finds nothing, and writes everything; an image that a write asks for is of one note."""
    with FaultServer(otherwise=sending(lambda _: reply(json.dumps(NOTHING).encode()))) as running:
        yield running


@pytest.fixture(params=["direct", "botocore"])
def url(request: pytest.FixtureRequest, server: FaultServer, monkeypatch: Any) -> str:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return f"dynamodb://127.0.0.1:{server.port}?wire={request.param}"


def received(server: FaultServer) -> list[tuple[str, bytes]]:
    """The operation and the body of each request, in order."""
    heads = [head.decode().lower() for head in server.heads]
    rest = [head.partition("x-amz-target: dynamodb_20120810.")[2] for head in heads]
    return list(zip([one.partition("\r\n")[0] for one in rest], server.bodies, strict=True))


def shown(request: Request[Any]) -> tuple[str, bytes]:
    return request.payload.target.lower(), request.payload.body


async def performed(result: Any) -> None:
    """Do what a call of either flavour stands for."""
    if hasattr(result, "all"):
        result = result.all()
    if isawaitable(result):
        await result
    elif isinstance(result, Iterator):
        list(result)
    elif isinstance(result, AsyncIterator):
        async for _ in result:
            pass


async def receive_sync(url: str, table: Table[Any], call: Call) -> Request[Any]:
    with trueup.connect(url, layer, clock=lambda: 100) as db:
        repository = db.repository(table)
        with suppress(trueup.NotFound):  # of `require`
            await performed(call(repository))
        found: Request[Any] = call(repository.requests)
        return found


async def receive_async(url: str, table: Table[Any], call: Call) -> Request[Any]:
    async with await trueup.connect_async(url, layer, clock=lambda: 100) as db:
        repository = db.repository(table)
        with suppress(trueup.NotFound):  # of `require`
            await performed(call(repository))
        found: Request[Any] = call(repository.requests)
        return found


@pytest.mark.parametrize("receive", [receive_sync, receive_async], ids=["sync", "async"])
@pytest.mark.parametrize("name", CASES)
def test_request_is_received_byte_for_byte(
    name: str, receive: Callable[..., Any], url: str, server: FaultServer
) -> None:
    table, call = CASES[name]
    request = asyncio.run(receive(url, table, call))
    found = received(server)
    # Of single writes side by side any may come first.
    assert shown(request) in (found if "versions" in name else found[:1])


def test_first_change_of_create_tables_is_received_byte_for_byte(
    url: str, server: FaultServer
) -> None:
    def refuse(body: bytes) -> bytes:
        code = "AccessDenied" if b"KeySchema" in body else "ResourceNotFound"
        error = json.dumps({"__type": f"#{code}Exception"}).encode()
        return reply(error, status=b"400 Bad Request")

    server.otherwise = sending(refuse)
    with trueup.connect(url, layer) as db:
        with suppress(NeedsOperator):
            db.create_tables()
        assert shown(db.requests.create_tables()) == received(server)[-1]


def methods(of: type) -> set[str]:
    return {name for name in vars(of) if not name.startswith("_")}


def test_every_method_of_requests_has_a_case() -> None:
    """But for what DynamoDB refuses: distances and SQL."""
    assert methods(RequestPreview) - {"nearest"} == {name.partition("…")[0] for name in CASES}
    of_sql = {"execute", "fetch", "fetch_one"}
    assert methods(DatabasePreview) - of_sql == {"create_tables", "get_many", "transact_get"}


@pytest.mark.parametrize("name", ["get_many", "put_many", "delete_many"])
def test_batch_of_nothing_has_no_request(name: str, url: str) -> None:
    with trueup.connect(url, layer) as db, refused(ErrorCode.INVALID_OPTION):
        getattr(db.repository(notes).requests, name)([])
