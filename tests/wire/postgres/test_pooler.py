"""Behind a pooler in transaction mode: what is on the wire, and every call through PgBouncer."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

import trueup
from tests.wire.postgres.conftest import LAYER
from tests.wire.postgres.pgbouncer import running_pgbouncer
from tests.wire.postgres.proxy import Proxy
from tests.wire.postgres.walk import CALLS, opened
from trueup import AsyncRepository
from trueup.testing.suite.harness.engine import Flavour

FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
ALLOWED = re.compile(
    r"(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|BEGIN|COMMIT|ROLLBACK"
    r"|CREATE (TABLE|INDEX|UNIQUE INDEX)|COMMENT ON)\b|$"
)
"""How a statement may begin behind a pooler. An empty one asks whether the connection stands."""

SETS_LOCALLY = re.compile(r"SELECT (set_config\('\w+', \$1, true\)(, )?)+")
LEAVES_SOMETHING = re.compile(
    r"set_config|\bTEMP|pg_(try_)?advisory_(un)?lock|nextval|setval", re.IGNORECASE
)


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    with Proxy(urlsplit(postgres_url).port or 5432) as made:
        yield made


@pytest.fixture(scope="module")
def pgbouncer(postgres_url: str) -> Iterator[str]:
    with running_pgbouncer(postgres_url, os.environ["PGPASSWORD"]) as url:
        yield url


def test_walk_has_every_call_of_a_repository() -> None:
    public = {name for name in vars(AsyncRepository) if not name.startswith("_")}
    assert public - {"requests", "within"} <= CALLS.keys()


@FLAVOURS
def test_only_transactions_are_set_and_nothing_outlives_them(
    postgres_url: str, proxy: Proxy, prefix: str, flavour: Flavour
) -> None:
    async def walk() -> None:
        url = f"{proxy.of(postgres_url)}&pooler=true"
        async with await opened(url, prefix, flavour) as db:
            for name, call in CALLS.items():
                await call(db)
                check_wire(proxy, name)

    asyncio.run(walk())
    assert "" not in proxy.statements
    assert any(SETS_LOCALLY.fullmatch(sql) for sql in proxy.statements)


def check_wire(proxy: Proxy, name: str) -> None:
    """Nothing on the wire changes a session, and settings stand in transactions."""
    for link in proxy.links:
        recording = link.recording
        assert "options" not in recording.startup
        assert recording.named == [], name
        is_in_transaction = False
        for sql in recording.statements:
            assert ALLOWED.match(sql), (name, sql)
            if SETS_LOCALLY.fullmatch(sql):
                assert is_in_transaction, (name, sql)
            else:
                assert not LEAVES_SOMETHING.search(without_texts(sql)), (name, sql)
            is_in_transaction |= sql.startswith("BEGIN")
            is_in_transaction &= not sql.startswith(("COMMIT", "ROLLBACK"))


def without_texts(sql: str) -> str:
    """The SQL without what stands in quotes."""
    return re.sub(r"\"[^\"]*\"|'[^']*'", "?", sql)


@FLAVOURS
def test_every_call_works_through_pgbouncer(
    pgbouncer: str, postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def walk() -> None:
        async with await opened(pgbouncer, prefix, flavour) as db:
            for call in CALLS.values():
                await call(db)

    asyncio.run(walk())
    trueup.connect(postgres_url, LAYER).close()
