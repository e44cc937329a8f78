"""Bodies are what botocore would write, replies what boto3 would read: for anything at all."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import datetime
from decimal import Decimal, DecimalException
from functools import cache
from typing import Any

import botocore.session
from boto3.dynamodb.types import Binary, TypeDeserializer
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.property.test_expressions import conditions, items, updates
from tests.unit.dynamodb.engines import engine
from tests.unit.dynamodb.test_reading import LOOSE, RICH, TREES, Loose, Point, Rich, Size, Tree
from trueup.engines.dynamodb.codec.decoder import ItemDecoder
from trueup.engines.dynamodb.codec.values import encode_body
from trueup.errors import InvalidCall
from trueup.expressions import Item, exact_number
from trueup.model import Model, Table
from trueup.model.description.check import describe
from trueup.model.outside.attribute_values import item_to_json
from trueup.model.translation.codec import TableCodec
from trueup.operations.actions import (
    OPEN,
    Action,
    BatchGet,
    BatchWrite,
    Check,
    Count,
    Delete,
    Expect,
    Get,
    Guard,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    Update,
    View,
)
from trueup.testing.suite.tables import FREE, Status

TABLE = describe(FREE)
KEY_TEXTS = st.text(min_size=1, max_size=5)
KEYS = st.tuples(KEY_TEXTS, KEY_TEXTS)
GUARDS = st.builds(
    lambda expect, condition: Guard(expect, condition=condition),
    st.sampled_from(Expect),
    st.none() | conditions,
)
VIEWS = st.builds(
    lambda names: View(attributes=names), st.none() | st.frozensets(st.sampled_from("abc"))
)


def whole(key: tuple[str, str], item: Item) -> Item:
    return {**item, "pk": key[0], "sk": key[1]}


PUTS = st.builds(lambda key, item, guard: Put(TABLE, whole(key, item), guard), KEYS, items, GUARDS)
DELETES = st.builds(lambda key, guard: Delete(TABLE, key, guard), KEYS, GUARDS)
UPDATES = st.builds(
    lambda key, change, guard: Update(TABLE, key, (change,), {}, guard), KEYS, updates, GUARDS
)
CHECKS = st.builds(
    lambda key, condition: Check(TABLE, key, Guard(condition=condition)), KEYS, conditions
)
GETS = st.builds(lambda key, view, now: Get(TABLE, key, view, now), KEYS, VIEWS, st.booleans())
QUERIES = st.builds(
    lambda key, condition, up: Query(TABLE, None, (key,), filter=condition, ascending=up),
    KEY_TEXTS,
    st.none() | conditions,
    st.booleans(),
)
SCANS = st.builds(lambda condition: Scan(TABLE, filter=condition), st.none() | conditions)
PLAIN = st.one_of(
    st.builds(lambda key, item: Put(TABLE, whole(key, item)), KEYS, items),
    st.builds(lambda key: Delete(TABLE, key, OPEN), KEYS),
)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    PUTS,
    DELETES,
    UPDATES,
    GETS,
    QUERIES,
    SCANS,
    st.builds(Count, QUERIES | SCANS),
    st.builds(BatchWrite, st.lists(PLAIN, min_size=1, max_size=4).map(tuple)),
    st.builds(
        lambda keys, view: BatchGet(TABLE, tuple(keys), view),
        st.lists(KEYS, min_size=1, max_size=4, unique=True),
        VIEWS,
    ),
    st.builds(
        TransactWrite,
        st.lists(PUTS | DELETES | UPDATES | CHECKS, min_size=1, max_size=4).map(tuple),
    ),
    st.builds(TransactGet, st.lists(GETS, min_size=1, max_size=4).map(tuple)),
)


@cache
def service() -> Any:
    return botocore.session.Session().get_service_model("dynamodb")


def as_parameters(body: Any) -> Any:
    """A body as botocore's callers write it: bytes where JSON has their base64."""
    if isinstance(body, list):
        return [as_parameters(one) for one in body]
    if not isinstance(body, dict):
        return body
    match body:
        case {"B": str(text)}:
            return {"B": b64decode(text)}
        case {"BS": [*texts]} if all(isinstance(text, str) for text in texts):
            return {"BS": [b64decode(text) for text in texts]}
    return {name: as_parameters(inner) for name, inner in body.items()}


@given(ACTIONS)
def test_body_equals_what_botocores_serializer_makes(action: Action) -> None:
    try:
        payload = engine().compile(action).payload
    except InvalidCall:
        assume(False)
        return
    body = json.loads(payload.body)
    parameters = as_parameters(body)
    operation = service().operation_model(payload.target)
    report = ParamValidator().validate(parameters, operation.input_shape)
    assert not report.has_errors(), report.generate_report()
    request = create_serializer("json").serialize_to_request(parameters, operation)
    assert json.loads(request["body"]) == body


SMALL = st.integers(-(10**38) + 1, 10**38 - 1)
DECIMALS = st.decimals(-(10**9), 10**9, allow_nan=False, places=4)
TEXTS = st.text(max_size=5)
POINTS = st.builds(
    Point, x=DECIMALS, labels=st.dictionaries(TEXTS, st.lists(SMALL, max_size=2), max_size=2)
)
YEAR_2, YEAR_9998 = datetime(2, 1, 1), datetime(9998, 1, 1)
# Not `builds`, which reads the names of parameters as those of the wire.
RICHES = st.fixed_dictionaries(
    {
        "the_id": KEY_TEXTS,
        "number": SMALL,
        "decimal": DECIMALS,
        "real": st.none() | st.floats(-(10**9), 10**9).map(lambda real: round(real, 9)),
        "flag": st.none() | st.booleans(),
        "data": st.binary(max_size=5),
        "day": st.dates(),
        "moment": st.datetimes(YEAR_2, YEAR_9998, timezones=st.timezones()),
        "clock": st.times(),
        "key": st.uuids(),
        "status": st.sampled_from(Status),
        "size": st.sampled_from(Size),
        "choice": st.sampled_from("ab"),
        "maybe": st.none() | TEXTS,
        "tags": st.sets(TEXTS, max_size=3),
        "numbers": st.frozensets(SMALL, min_size=1, max_size=3),
        "blobs": st.sets(st.binary(max_size=3), max_size=3),
        "lists": st.lists(st.lists(TEXTS, max_size=2), max_size=2),
        "points": st.lists(POINTS, max_size=2),
        "nested": st.none() | POINTS,
    }
).map(lambda fields: Rich(**fields))
LOOSES = st.builds(Loose, id=KEY_TEXTS, anything=items)
TREE = st.recursive(
    st.builds(Tree, id=KEY_TEXTS),
    lambda inner: st.builds(Tree, id=KEY_TEXTS, children=st.lists(inner, max_size=2)),
    max_leaves=4,
)


def as_plain(value: Any) -> Any:
    """What boto3 read, in our plain types."""
    match value:
        case Binary():
            return bytes(value)
        case dict():
            return {name: as_plain(inner) for name, inner in value.items()}
        case list():
            return [as_plain(inner) for inner in value]
        case set():
            return frozenset(as_plain(inner) for inner in value)
    return exact_number(value) if isinstance(value, Decimal) else value


def read_by_boto3(table: Table[Any], wire: dict[str, Any]) -> Model:
    """boto3's values, validated."""
    read = TypeDeserializer().deserialize
    codec = TableCodec(describe(table))
    return codec.decode({name: as_plain(read(as_parameters(one))) for name, one in wire.items()})


def read_by_us(table: Table[Any], wire: dict[str, Any]) -> Any:
    body = encode_body({"Items": [wire], "Count": 1})
    (found,) = ItemDecoder(TableCodec(describe(table)), View()).page(body).models
    return found


def check_reading(table: Table[Any], model: Model) -> None:
    wire = json.loads(encode_body(item_to_json(TableCodec(describe(table)).encode(model))))
    try:
        expected = read_by_boto3(table, wire)
    except DecimalException:  # whole numbers over 38 digits, zeros at the end included
        assume(False)
    assert read_by_us(table, wire) == expected


@given(RICHES)
def test_typed_reader_reads_what_boto3_reads(model: Rich) -> None:
    check_reading(RICH, model)


@given(LOOSES)
def test_generic_reader_reads_what_boto3_reads(model: Loose) -> None:
    check_reading(LOOSE, model)


@given(TREE)
def test_reader_of_models_in_themselves_reads_what_boto3_reads(model: Tree) -> None:
    check_reading(TREES, model)
