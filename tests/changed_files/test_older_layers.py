"""Writers with an older layer: refused as soon as the file has what they would not keep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import trueup
from tests.changed_files.files import (
    TABLE,
    Files,
    Plain,
    answers,
    change_to,
    changes_of,
    create,
    layer_of,
    layer_with,
    opened,
    perform,
    steps_of,
    things,
    write,
)
from trueup import ErrorCode, Layer, Table
from trueup.engines.open_tables import OpenTables
from trueup.testing.suite.harness.refusals import refused

NEW = Plain(owner="o1", number=Decimal(7), status="open")


WRITES: dict[str, Callable[[OpenTables], Any]] = {
    "put": lambda tables: things(tables).put(NEW),
    "create": lambda tables: things(tables).create(NEW),
    "batch": lambda tables: things(tables).put_many([NEW]),
    "delete": lambda tables: things(tables).delete("o1", Decimal(7)),
}


@pytest.mark.parametrize("call", WRITES.values(), ids=list(WRITES))
def test_open_writer_is_refused_from_the_first_batch_on(
    url: str, call: Callable[[OpenTables], Any]
) -> None:
    newer = layer_of("ByStatus")
    with opened(url, layer_of()) as older:
        call(older)
        with opened(url, newer) as tables:
            (step,) = steps_of(tables, changes_of(tables))
            for _ in perform(tables, step):
                with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
                    call(older)
                assert refusal.says("the file has the index ByStatus; nothing was written")
        before = answers(url, newer)
        with refused(ErrorCode.SCHEMA_MISMATCH):
            call(older)
        assert answers(url, newer) == before


def test_file_that_was_made_by_a_newer_layer_is_not_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    with opened(url, layer_of("ByStatus", "ByItem", ttl="until")) as tables:
        create(tables)
    with opened(url, layer_of("ByStatus")) as tables:
        with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
            write(tables, 1)
        assert refusal.says("the index ByItem, an expiry by until")


def test_readers_with_an_older_layer_go_on(url: str, files: Files) -> None:
    with opened(url, layer_of()) as older:
        change_to(url, layer_of("ByStatus"))
        assert len(things(older).scan().all()) == len(files.answers()[""])


def test_index_of_known_columns_refuses_nobody(url: str) -> None:
    with opened(url, layer_of()) as older:
        change_to(url, layer_of("Reverse"))
        write(older, 1)


def test_writer_goes_on_when_the_index_is_gone_again(url: str) -> None:
    with opened(url, layer_of()) as older:
        write(older, 1)
        change_to(url, layer_of("ByStatus"))
        with refused(ErrorCode.SCHEMA_MISMATCH):
            write(older, 1)
        change_to(url, layer_of())
        write(older, 1)


def test_other_tables_of_the_layer_are_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/two.db"
    other = Table("Others", Plain, partition="owner", sort="number")
    older = Layer("two", target="dynamodb", tables=[*layer_of().tables, other])
    newer = Layer("two", target="dynamodb", tables=[*layer_of("ByItem").tables, other])
    with opened(url, newer) as tables:
        create(tables)
    with opened(url, older) as tables:
        tables.repository(other).put(NEW)
        with refused(ErrorCode.SCHEMA_MISMATCH):
            things(tables).put(NEW)


def test_another_key_is_refused(url: str) -> None:
    changed = Table(TABLE, Plain, partition="owner")
    with opened(url, Layer("other", target="dynamodb", tables=[changed])) as tables:
        with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
            tables.repository(changed).put(NEW)
        assert refusal.says("the file has another key")


def test_index_of_other_columns_is_refused_to_readers(url: str) -> None:
    with opened(url, layer_of("ByStatus", "ByItem")) as tables:
        change_to(url, layer_of("ByStatus", "ByItem"))
        other = trueup.Index("ByStatus", partition="item", sort="status")
        change_to(url, layer_with([other]))
        with refused(ErrorCode.SCHEMA_MISMATCH):
            things(tables).query("open", index="ByStatus").all()


def test_awaiting_writers_are_refused_alike(url: str) -> None:
    async def put() -> None:
        async with await trueup.connect_async(url, layer) as db:
            await db.repository(layer.tables[0]).put(NEW)

    layer = layer_of()
    change_to(url, layer_of("ByStatus"))
    with refused(ErrorCode.SCHEMA_MISMATCH):
        asyncio.run(put())
