"""Rows of a stamped file that another program wrote: our errors, without what the rows hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import trueup
from tests.chains import chain_of
from trueup import ErrorCode, Layer, Model, Table
from trueup.testing.suite.harness.refusals import refused


class Thing(Model):
    """An item that is read straight from its text."""

    id: str
    name: str = ""


THINGS = Table("Things", Thing, partition="id")
LAYER = Layer("things", target="dynamodb", tables=[THINGS])
PAIR = '[["id", "S"]]'
NO_TEXT = "CAST(x'733363726574fffe' AS TEXT)"  # s3cret, and bytes that are not UTF-8
DESCRIPTIONS: dict[str, object] = {
    "cut off": "{",
    "number": "5",
    "text": '"s3cret"',
    "null": "null",
    "list": "[]",
    "no keys": "{}",
    "no indexes": f'{{"partition": {PAIR}, "sort": []}}',
    "keys of another shape": '{"partition": 5, "sort": [], "indexes": {}}',
    "no partition key": '{"partition": [], "sort": [], "indexes": {}}',
    "kind that is none": '{"partition": [["id", "s3cret"]], "sort": [], "indexes": {}}',
    "index of another shape": f'{{"partition": {PAIR}, "sort": [], "indexes": {{"a": []}}}}',
    "deep": "[" * 100_000,
    "bytes": b"s3cret\xff\xfe",
}
ITEMS: dict[str, object] = {
    "cut off": '{"id": "s3cret',
    "number": "5",
    "list": '["s3cret"]',
    "two items": '{"id": "a"},{"id": "s3cret"}',
    "deep": '{"id":' * 100_000,
    "bytes": b"s3cret\xff\xfe",
    "JSON as bytes": b'{"id": "s3cret"}',
}


def damage(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql, values)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with trueup.connect(f"sqlite:///{tmp_path / 'data.db'}", LAYER) as db:
        db.create_tables()
        db.repository(THINGS).put(Thing(id="a", name="first"))
        db.repository(THINGS).put(Thing(id="b", name="second"))
    return tmp_path / "data.db"


def check(
    path: Path, code: ErrorCode, call: Callable[[trueup.Database], object]
) -> trueup.TrueupError:
    with trueup.connect(f"sqlite:///{path}", LAYER) as db:
        with refused(code) as refusal:
            call(db)
        assert refusal.error is not None
        assert "s3cret" not in json.dumps([repr(error) for error in chain_of(refusal.error)])
        assert str(refusal.error.where)
        return refusal.error


@pytest.mark.parametrize("value", DESCRIPTIONS.values(), ids=DESCRIPTIONS.keys())
def test_damaged_description_of_a_table(path: Path, value: object) -> None:
    damage(path, 'UPDATE "trueup:tables" SET description = ?', value)
    error = check(path, ErrorCode.CORRUPT_FILE, lambda db: db.create_tables())
    assert error.__context__ is None


def test_description_that_is_no_utf_8(path: Path) -> None:
    damage(path, f'UPDATE "trueup:tables" SET description = {NO_TEXT}')
    check(path, ErrorCode.CORRUPT_FILE, lambda db: db.create_tables())


READS: dict[str, Callable[[trueup.Database], object]] = {
    "get": lambda db: db.repository(THINGS).get("a"),
    "scan": lambda db: db.repository(THINGS).scan().all(),
    "filtered": lambda db: db.repository(THINGS).scan(filter=Thing.name == "first").all(),
    "query": lambda db: db.repository(THINGS).query("a").all(),
    "update": lambda db: db.repository(THINGS).update("a", trueup.at(Thing.name).assign("x")),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
@pytest.mark.parametrize("value", ITEMS.values(), ids=ITEMS.keys())
def test_damaged_item(path: Path, value: object, read: Callable[[trueup.Database], object]) -> None:
    damage(path, 'UPDATE "Things" SET item = ? WHERE id = ?', value, "a")
    error = check(path, ErrorCode.UNREADABLE_ITEM, read)
    assert error.__context__ is None


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_item_that_is_no_utf_8(path: Path, read: Callable[[trueup.Database], object]) -> None:
    damage(path, f'UPDATE "Things" SET item = {NO_TEXT} WHERE id = ?', "a")
    check(path, ErrorCode.CORRUPT_FILE, read)
