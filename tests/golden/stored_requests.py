"""What Trueup sends to DynamoDB: the first request of each call, as text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import trueup
from tests.golden.stored_models import kept, layer
from tests.golden.stored_reads import CONTINUED, CURSORS, READS, SENT
from tests.golden.stored_rows import SETTINGS, read_cursors, write_unknown_attributes
from tests.golden.stored_writes import WRITES, Case
from tests.wire.server import FaultServer, reply, sending
from trueup import Database, Layer, RetryPolicy, TrueupError

ACCESS = {"AWS_ACCESS_KEY_ID": "golden", "AWS_SECRET_ACCESS_KEY": "golden"}
REFUSAL = b'{"__type":"com.amazon.coral.validate#ValidationException"}'
TOKEN = re.compile(r'(?<="ClientRequestToken":")[^"]*')
TARGET = re.compile(r"(?i)x-amz-target: *(\S+)")


def write_requests() -> dict[str, str]:
    """The requests of writes, of reads, and of the tables, as texts."""
    with _opened("127.0.0.1:1", layer) as db:
        writes = [_previewed(db, case) for case in [*WRITES, _keeping()]]
        reads = [_previewed(db, case) for case in [*READS, *_continued()]]
    return {
        "writes": "\n".join(writes),
        "reads": "\n".join(reads),
        "sent": "\n".join(_sent()),
        "tables": "\n".join(_tables()),
    }


@contextmanager
def _opened(address: str, of: Layer) -> Iterator[Database]:
    url = f"dynamodb://{address}?region=eu-west-1"
    with (
        patch.dict(os.environ, ACCESS),
        trueup.connect(url, of, **SETTINGS, retries=RetryPolicy.NONE) as db,
    ):
        yield db


def _previewed(db: Database, case: Case) -> str:
    request = case.call(case.on(db).requests)
    return _shown(case.name, request)


def _shown(name: str, request: Any) -> str:
    return f"\n## {name}\n{request.payload.target} {request.payload.body.decode()}"


def _keeping() -> Case:
    """The put of an item that was read with attributes its model does not know."""
    with TemporaryDirectory() as folder:
        read = write_unknown_attributes(Path(folder) / "kept.db")
    return Case("put unknown attributes", kept, lambda r: r.put(read))


def _continued() -> Iterator[Case]:
    """The reads with a cursor, from there on."""
    cursors = read_cursors()
    for name in CONTINUED:
        case = CURSORS[name]
        yield Case(f"{name} after a cursor", case.table, _after(case, cursors[name]))


def _after(case: Case, cursor: str) -> Any:
    return lambda requests: case.call(_Continuing(requests, cursor))


class _Continuing:
    """The requests of a repository, which go on after a cursor."""

    def __init__(self, requests: Any, cursor: str) -> None:
        self._requests, self._cursor = requests, cursor

    def query(self, partition: Any, **options: Any) -> Any:
        return self._requests.query(partition, after=self._cursor, **options)

    def scan(self, **options: Any) -> Any:
        return self._requests.scan(after=self._cursor, **options)


def _sent() -> Iterator[str]:
    """The first requests of calls that have no preview, as a server sees them; it refuses all."""
    refusing = sending(lambda _: reply(REFUSAL, status=b"400 Bad Request"))
    with (
        FaultServer(otherwise=refusing) as server,
        _opened(f"127.0.0.1:{server.port}", layer) as db,
    ):
        for name, call in SENT.items():
            before = len(server.bodies)
            with suppress(TrueupError):
                call(db)
            target = TARGET.search(server.heads[before].decode())
            assert target is not None
            body = TOKEN.sub("TOKEN", server.bodies[before].decode())
            yield f"\n## {name}\n{target[1]} {body}"


def _tables() -> Iterator[str]:
    for table in layer.tables:
        with _opened("127.0.0.1:1", Layer("one", target="dynamodb", tables=[table])) as db:
            request = db.requests.create_tables()
            body = json.loads(request.payload.body)
            yield _shown(table.name, request)
            yield json.dumps(body, indent=2, sort_keys=True)
