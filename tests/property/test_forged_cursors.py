"""Cursors come from outside: whatever one is, it is refused by name, or a page is read from it.

Without a `cursor_key` anybody can make one with the right checksum.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup import CursorRefused, Database, Index, Layer, Model, Repository, Table, connect
from trueup.engines.connect import find_driver, new_engine
from trueup.operations.plans.cursor import Cursors
from trueup.operations.plans.reads import ReadPlan, plan_query, plan_scan
from trueup.repository.database.open_layer import OpenLayer

pytestmark = pytest.mark.fault("F29")


class Row(Model):
    """A row with keys of each kind, and indexes that share some of them."""

    group: str = "g"
    number: int
    label: bytes = b"l"


rows = Table(
    "Rows",
    Row,
    partition="group",
    sort="number",
    indexes=[
        Index("Labels", partition="label", sort="number"),
        Index("Numbers", partition="number", sort="group", shards=2),
    ],
)
layer = Layer("forged", target="dynamodb", tables=[rows])
engine = new_engine(find_driver("sqlite://")[0], layer, "{table}", None)
context = OpenLayer(layer, engine, Cursors(), time.time).context(rows)

READS: dict[str, tuple[Callable[[Repository[Row], Any], object], ReadPlan]] = {
    "query": (
        lambda repo, after: repo.query("g", sort=Row.number > 1, after=after).all(),
        plan_query(context, "g", sort=Row.number > 1),
    ),
    "index": (
        lambda repo, after: repo.query(b"l", index="Labels", after=after).all(),
        plan_query(context, b"l", index="Labels"),
    ),
    "shards": (
        lambda repo, after: repo.query(2, index="Numbers", after=after).all(),
        plan_query(context, 2, index="Numbers"),
    ),
    "scan": (lambda repo, after: repo.scan(after=after).all(), plan_scan(context)),
}
EVERY_READ = pytest.mark.parametrize("name", READS)

numbers = st.integers() | st.floats() | st.sampled_from([10**40, -(10**40)])
texts = st.text() | st.sampled_from(["g", "", "bA==", "NaN", "1E+999999", "-1E-200", "0x1"])
leaves = st.none() | st.booleans() | numbers | texts
tagged = st.builds(lambda tag, value: {tag: value}, st.sampled_from("BNX"), leaves)
values = st.recursive(leaves | tagged, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
positions = st.tuples(st.just("g"), leaves | tagged) | st.tuples(
    st.just({"B": "bA=="}), leaves | tagged, st.just("g")
)
payloads = values | st.builds(lambda some: ["1", some], st.lists(positions, max_size=2) | values)


@pytest.fixture(scope="module")
def db() -> Iterator[Database]:
    with connect("sqlite://", layer) as opened:
        opened.create_tables()
        opened.repository(rows).put_many(Row(number=number) for number in range(5))
        yield opened


def is_read(db: Database, name: str, cursor: Any) -> bool:
    """Whether a page is read from a cursor; any error but a refusal fails the test."""
    read, _ = READS[name]
    try:
        read(db.repository(rows), cursor)
    except CursorRefused:
        return False
    return True


def forged(name: str, payload: bytes) -> str:
    """A cursor with the right checksum, whatever it holds."""
    _, plan = READS[name]
    digest = hmac.digest(b"", plan.identity.encode() + b"\x00" + payload, "sha256")[:12]
    return base64.urlsafe_b64encode(digest + payload).decode()


@EVERY_READ
@given(cursor=leaves | st.lists(texts) | st.binary())
def test_what_is_no_cursor_is_refused(db: Database, name: str, cursor: Any) -> None:
    assert is_read(db, name, cursor) is (cursor is None)


@EVERY_READ
@given(payload=st.binary() | payloads.map(lambda value: json.dumps(value).encode()))
def test_cursor_with_the_right_checksum_is_read_or_refused(
    db: Database, name: str, payload: bytes
) -> None:
    is_read(db, name, forged(name, payload))


@pytest.mark.parametrize(
    ("name", "payload", "is_accepted"),
    [
        ("query", b'["1",[["g",3]]]', True),
        ("query", b'["1",[["g",1]]]', False),  # outside of sort=
        ("query", b'["1",[["other",3]]]', False),
        ("query", b'["1",[["g",3],["g",3]]]', False),
        ("query", b'["1",[["g",true]]]', False),
        ("query", b'["1",[["g","3"]]]', False),
        ("query", b'["1",[["g",{"N":"3"}]]]', True),
        ("query", b'["1",[["g",{"N":"NaN"}]]]', False),
        ("query", b'["1",[["g",{"N":"1E+999999999"}]]]', False),
        ("query", b'["1",[["g",1' + b"0" * 5000 + b"]]]", False),
        ("query", b'["1",[["g"]]]', False),
        ("query", b'["2",[["g",3]]]', False),
        ("query", b'["1",' + b"[" * 100_000, False),
        ("index", b'["1",[[{"B":"bA=="},3,"g"]]]', True),
        ("index", b'["1",[[{"B":"bA=="},3,""]]]', False),
        ("index", b'["1",[[{"B":"bA=="},3,"\\ud800"]]]', False),
        ("index", b'["1",[[{"B":"bA=="},3,"g",3]]]', False),
        ("shards", b'["1",[null,null]]', True),
        ("shards", b'["1",[null]]', False),
    ],
)
def test_cursor_is_read_if_an_item_of_the_query_could_stand_there(
    db: Database, name: str, payload: bytes, is_accepted: bool
) -> None:
    assert is_read(db, name, forged(name, payload)) is is_accepted


def test_cursor_of_another_table_of_the_same_declaration_is_refused(db: Database) -> None:
    with connect("sqlite://", layer, table_names="beta-{table}") as beta:
        beta.create_tables()
        results = db.repository(rows).scan()
        results.first()
        assert is_read(db, "scan", results.cursor)
        assert not is_read(beta, "scan", results.cursor)
