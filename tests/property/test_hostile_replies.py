"""Good replies of every action, damaged anywhere: a result or an error of ours, never another."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.dynamodb.engines import engine, live
from trueup import TrueupError
from trueup.engines.dynamodb.ddl.declared import declared
from trueup.engines.dynamodb.ddl.render import render
from trueup.engines.dynamodb.inspect.tables import inspect_table
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.errors import Place
from trueup.expressions import as_condition
from trueup.model import Model
from trueup.model.description.check import describe
from trueup.model.outside.attribute_values import item_to_json
from trueup.model.translation.codec import TableCodec
from trueup.operations import Operation, Request
from trueup.operations.actions import (
    Action,
    BatchGet,
    BatchGetTables,
    BatchWrite,
    Count,
    Delete,
    Expect,
    Get,
    Guard,
    Page,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    Update,
    View,
)
from trueup.operations.operation import send
from trueup.schema.changes import (
    AddIndex,
    Change,
    DropTable,
    SetFact,
    SetStream,
    SetTtl,
)
from trueup.schema.tables import IndexSchema
from trueup.testing.suite.oracle import wire
from trueup.testing.suite.tables import PEOPLE, SESSIONS, Person

ENGINE = engine()
PERSON, SESSION = describe(PEOPLE), describe(SESSIONS)
ITEM = item_to_json(TableCodec(PERSON).encode(Person(id="a", age=1, tags={"x"}, notes=["n"])))
ADD = Update(PERSON, ("a",), (wire("age").add(1),), {"id": "a"}, returning="new")
PUT = Put(PERSON, {"id": "a"}, returning="old")
GUARDED = Put(PERSON, {"id": "b"}, Guard(expect=Expect.NOTHING))
KEY = {"id": {"S": "a"}}
UNITS = {"CapacityUnits": 1.5}


class Name(Model):
    name: str = ""


NAMES = View(Name, frozenset({"name"}))
UNPROCESSED = {"t-People": [{"PutRequest": {"Item": KEY}}]}
REASONS = [{"Code": "ConditionalCheckFailed", "Item": ITEM}, {"Code": "None"}]
CANCELLED: dict[str, Any] = {
    "__type": "x#TransactionCanceledException",
    "message": "m",
    "CancellationReasons": REASONS,
}
REFUSED = {"__type": "x#ConditionalCheckFailedException", "message": "m", "Item": ITEM}
THROTTLED = {"__type": "x#ThrottlingException", "ThrottlingReasons": [{"reason": "r"}]}
PAGE = {"Items": [ITEM, ITEM], "Count": 2, "LastEvaluatedKey": KEY, "ConsumedCapacity": UNITS}

CASES: dict[str, tuple[Action, int, Any]] = {
    "get": (Get(PERSON, ("a",)), 200, {"Item": ITEM, "ConsumedCapacity": UNITS}),
    "get that expires": (
        Get(SESSION, ("a", "b"), now_epoch_s=5),
        200,
        {"Item": {"user": {"S": "a"}, "session": {"S": "b"}, "expiresAt": {"N": "9"}}},
    ),
    "get names": (Get(PERSON, ("a",), view=NAMES), 200, {"Item": ITEM}),
    "scan": (Scan(PERSON), 200, PAGE),
    "scan of names": (Scan(PERSON, view=NAMES), 200, PAGE),
    "query": (Query(PERSON, None, ("a",)), 200, PAGE),
    "query filtered here": (
        Query(PERSON, None, ("a",), filter=as_condition(wire("id") > "Z")),
        200,
        PAGE,
    ),
    "count": (Count(Scan(PERSON)), 200, PAGE),
    "put": (PUT, 200, {"Attributes": ITEM, "ConsumedCapacity": UNITS}),
    "put refused": (GUARDED, 400, REFUSED),
    "put throttled": (PUT, 400, THROTTLED),
    "update": (ADD, 200, {"Attributes": ITEM}),
    "delete": (Delete(PERSON, ("a",)), 200, {"Attributes": ITEM}),
    "get several": (
        BatchGet(PERSON, (("a",), ("b",))),
        200,
        {"Responses": {"t-People": [ITEM]}, "UnprocessedKeys": {"t-People": {"Keys": [KEY]}}},
    ),
    "get of several tables": (
        BatchGetTables((BatchGet(PERSON, (("a",), ("b",))), BatchGet(SESSION, (("u", "s"),)))),
        200,
        {
            "Responses": {"t-People": [ITEM], "t-Sessions": []},
            "UnprocessedKeys": {"t-People": {"Keys": [KEY]}},
        },
    ),
    "write several": (
        BatchWrite((PUT, GUARDED)),
        200,
        {"UnprocessedItems": UNPROCESSED, "ConsumedCapacity": [UNITS]},
    ),
    "transaction": (TransactWrite((PUT, ADD)), 200, {"ConsumedCapacity": [UNITS]}),
    "transaction refused": (TransactWrite((GUARDED, ADD)), 400, CANCELLED),
    "transaction of reads": (
        TransactGet((Get(PERSON, ("a",)), Get(PERSON, ("b",)))),
        200,
        {"Responses": [{"Item": ITEM}, {}]},
    ),
}

_SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    *(st.just(10**400), st.just("9" * 5000), st.just("1E+999999999"), st.just("\ud800")),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["S", "N", "B", "L", "M", "SS", "id", ""]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in inner:
            yield from _places(one, (*path, key))


@st.composite
def _changed(draw: st.DrawFn, good: Any) -> bytes:
    """A reply with one or two parts that are something else, or its text with other bytes."""
    body = copy.deepcopy(good)
    for _ in range(draw(st.integers(0, 2))):
        paths = [path for path in _places(body) if path]
        if not paths:
            break
        *outer, last = draw(st.sampled_from(paths))
        holder = body
        for step in outer:
            holder = holder[step]
        if draw(st.booleans()):
            holder[last] = draw(_VALUES)
        else:
            del holder[last]
    text = json.dumps(body).encode()
    begin, length = draw(st.integers(0, len(text))), draw(st.integers(0, 8))
    inserted = draw(st.just(b"") | st.binary(max_size=4))
    return text[:begin] + inserted + text[begin + length :] if draw(st.booleans()) else text


def _perform(operation: Operation[Any], reply: Reply) -> None:
    """The operation, each request of which has this reply, and whose pauses take no time."""
    effect = next(operation)
    for _ in range(300):
        answer = None
        try:
            if isinstance(effect, Request):
                effect.measure(reply)
                answer = effect.decode(reply)
            effect = operation.send(answer)
        except StopIteration as stop:
            if isinstance(stop.value, Page):
                for offset in range(len(stop.value.items)):
                    stop.value.position(offset)
            return
        except TrueupError as error:
            try:
                effect = operation.throw(error)
            except StopIteration:
                return
    raise AssertionError("it goes on without end")


@pytest.mark.fault("F28")
@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_damaged_reply_is_a_result_or_an_error_of_ours(case: str, data: st.DataObject) -> None:
    action, status, good = CASES[case]
    reply = Reply(status, {}, data.draw(_changed(good)))
    with suppress(TrueupError):
        _perform(send(ENGINE.compile(action)), reply)


DESCRIBED_IN_FULL = {
    **live(PEOPLE, TableArn="arn:aws:dynamodb:eu-west-1:1:table/People", ItemCount=3),
    "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "a"},
    "ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": {}},
    "ContributorInsightsStatus": "ENABLED",
    "ContributorInsightsMode": "THROTTLED_KEYS",
    "Policy": '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["a"]}]}',
    "Tags": [{"Key": "a", "Value": "b"}],
    "KeyMetadata": {"Arn": "arn", "KeyManager": "AWS"},
}
"""What every look at a table tells, in one reply."""


TABLE = declared(PERSON, "People")
POLICY = '{"Statement":[{"Effect":"Allow"}]}'
CHANGES: dict[str, Change] = {
    "index": AddIndex(TABLE, IndexSchema("ByAge", TABLE.partition)),
    "expiry": SetTtl(TABLE, "a", "b"),
    "stream": SetStream(TABLE, None, "NEW_IMAGE"),
    "billing": SetFact(TABLE, "billing", {}, {"mode": "on_demand"}),
    "insights": SetFact(TABLE, "contributor_insights", {}, {"enabled": True}),
    "policy": SetFact(TABLE, "resource_policy", None, POLICY),
    "tags": SetFact(TABLE, "tags", {"a": None, "b": "1"}, {"a": "1", "b": None}),
    "drop": DropTable(TABLE, "kept"),
}
DESCRIPTIONS = {**DESCRIBED_IN_FULL, "BackupSummaries": [{"BackupName": "kept"}]}
IN_USE = {"__type": "x#ResourceInUseException", "message": "m"}


@pytest.mark.fault("F28")
@pytest.mark.parametrize("change", CHANGES)
@given(data=st.data())
def test_damaged_reply_to_a_step_is_progress_or_an_error_of_ours(
    change: str, data: st.DataObject
) -> None:
    for step in render([CHANGES[change]], {}, {}):
        status, good = data.draw(st.sampled_from([(200, DESCRIPTIONS), (400, IN_USE)]))
        with suppress(TrueupError):
            _perform(send(step.request), Reply(status, {}, data.draw(_changed(good))))


@pytest.mark.fault("F28")
@pytest.mark.parametrize("all_facts", [False, True])
@given(data=st.data())
def test_damaged_description_of_a_table_is_too(all_facts: bool, data: st.DataObject) -> None:
    reply = Reply(200, {}, data.draw(_changed(DESCRIBED_IN_FULL)))
    with suppress(TrueupError):
        _perform(inspect_table("People", "People", Place("dynamodb"), all_facts=all_facts), reply)
