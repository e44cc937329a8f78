"""Whether policies bind the role: asked until all tables are there, and once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pydantic import BaseModel

import trueup
from tests.wire.postgres.tenants import JOBS, LAYER, MINE, NOTES, A
from tests.wire.postgres.test_tenants import connection_of, opened
from trueup import ErrorCode, Layer
from trueup.testing.postgres import drop_tables
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.refusals import refused

FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
JOBS_ALONE = Layer("jobs", target="postgres", tables=[JOBS])


class Timeout(BaseModel):
    """The longest time of a statement."""

    seconds: float


@pytest.fixture
def prefix(postgres_owner_url: str) -> Iterator[str]:
    """What the names of the owner's tables begin with."""
    made = f"t{uuid4().hex[:12]}-"
    yield made
    drop_tables(postgres_owner_url, made)


def create(url: str, layer: Layer, names: str) -> None:
    with trueup.connect(url, layer, table_names=names) as db:
        db.create_tables()


@FLAVOURS
def test_role_is_asked_again_until_all_tables_are_there(
    postgres_url: str, postgres_owner_url: str, prefix: str, flavour: Flavour
) -> None:
    names = f"{prefix}{{table}}"
    create(postgres_owner_url, JOBS_ALONE, names)

    async def walk() -> None:
        async with opened(postgres_url, names, flavour) as db:
            jobs, notes = db.tenant(A).repository(JOBS), db.tenant(A).repository(NOTES)
            for call in (jobs.scan().all, notes.scan().all):
                with refused(ErrorCode.TABLE_NOT_FOUND) as refusal:
                    await call()
                assert refusal.says(f"{prefix}notes")
            create(postgres_owner_url, LAYER, names)
            with connection_of(postgres_owner_url) as owner:
                table = f'"{prefix}notes"'
                owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY".encode())
                for call in (notes.scan().all, jobs.scan().all):
                    with refused(ErrorCode.ROW_SECURITY_OFF) as refusal:
                        await call()
                    assert refusal.says(f"{prefix}notes")
                owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY".encode())
                await jobs.put_many(MINE)
                assert await notes.scan().all() == []
                # Now it is known: an owner who takes the policies away has decided it.
                owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY".encode())
                assert await jobs.scan().all() == MINE

    asyncio.run(walk())


@FLAVOURS
def test_call_of_a_tenant_may_have_more_time_than_others(
    postgres_url: str, postgres_owner_url: str, prefix: str, flavour: Flavour
) -> None:
    names = f"{prefix}{{table}}"
    create(postgres_owner_url, LAYER, names)

    async def walk() -> None:
        async with opened(postgres_url, names, flavour) as db:
            longest_s = "extract(epoch from current_setting('statement_timeout')::interval)"
            asked = f"select {longest_s}::float8 as seconds"

            async def longest(within_s: float) -> float:
                row = await db.tenant(A).within(within_s).fetch_one(Timeout, asked)
                return row.seconds if row else 0

            usual = await longest(1)  # the role is asked as well
            assert await longest(1) == usual
            assert await longest(usual + 100) > usual + 90
            assert await longest(1) == usual

    asyncio.run(walk())
