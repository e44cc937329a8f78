"""Work for a session of the other flavour is refused, and what it has done is undone."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import trueup
from trueup import ErrorCode, InvalidCall, Layer, Model, Table


class Note(Model):
    """An item."""

    id: str


NOTES = Table("Notes", Note, partition="id")
LAYER = Layer("notes", target="sqlite", tables=[NOTES])


async def waiting(_session: Any) -> None:
    """Work that the blocking flavour would never begin."""


@pytest.mark.parametrize("work", [waiting, partial(waiting), 1, None])
def test_blocking_session_refuses_what_is_awaited(work: Any) -> None:
    with trueup.connect("sqlite://", LAYER) as db:
        with pytest.raises(InvalidCall) as refusal:
            db.run_in_session(work)
        assert refusal.value.code is ErrorCode.WRONG_TYPE
        assert "give a def" in refusal.value.fix


def test_awaited_session_undoes_work_that_blocked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'notes.db'}"

    def blocking(session: Any) -> int:
        assert session is not None
        return 1

    async def perform() -> None:
        async with trueup.connect_async(url, LAYER) as db:
            await db.create_tables()
            with pytest.raises(InvalidCall) as refusal:
                await db.run_in_session(blocking)  # type: ignore[arg-type]  # what it refuses
            assert refusal.value.code is ErrorCode.WRONG_TYPE
            assert "give an async def" in refusal.value.fix
            assert (
                await db.run_in_session(lambda session: session.repository(NOTES).get("a")) is None
            )

    asyncio.run(perform())
