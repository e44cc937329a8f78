"""What follows a reply: why a write was refused, what is sent again, and when it ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.dynamodb.engines import Exchange, compiler, engine, failed, ok
from tests.unit.operations.wires import Wire, drive
from trueup.engines.dynamodb.requests.batches import BatchWriting
from trueup.engines.dynamodb.requests.unprocessed import Resending
from trueup.errors import (
    AlreadyExists,
    ConditionFailed,
    DeadlineExceeded,
    ErrorCode,
    InvalidCall,
    NotFound,
    OutcomeUnknown,
    Throttled,
    TransactionCancelled,
    TrueupError,
    Unavailable,
    VersionConflict,
)
from trueup.expressions import Change, Item, as_condition
from trueup.model.description.check import describe
from trueup.operations.actions import (
    OPEN,
    Action,
    BatchGet,
    BatchGetTables,
    BatchWrite,
    Delete,
    Expect,
    Get,
    Guard,
    Put,
    TransactGet,
    TransactWrite,
    Update,
    Write,
    WriteResult,
)
from trueup.operations.operation import Operation, send
from trueup.testing.suite.oracle import wire
from trueup.testing.suite.tables import DOCUMENTS, PEOPLE, SESSIONS, Person, Session

PERSON, SESSION, DOCUMENT = describe(PEOPLE), describe(SESSIONS), describe(DOCUMENTS)
NOW = 100
STORED = {"id": {"S": "a"}, "name": {"S": "x"}}
SESSION_KEY = {"user": {"S": "u"}, "session": {"S": "s"}}
EXPIRED = {**SESSION_KEY, "visits": {"N": "5"}, "expiresAt": {"N": "99"}}
ALIVE = {**EXPIRED, "expiresAt": {"N": "101"}}
REFUSED = "ConditionalCheckFailedException"


def perform(action: Action) -> Operation[Any]:
    return send(engine().compile(action))


def put(guard: Guard = OPEN, **item: Any) -> Put:
    return Put(PERSON, {"id": "a", **item}, guard)


def update(change: Change) -> Update:
    return Update(PERSON, ("a",), (change,), {}, Guard(Expect.SOMETHING))


IS_Y = Guard(condition=as_condition(wire("name") == "y"))
VERSION_2 = Put(DOCUMENT, {"id": "a"}, Guard(version=2))


def visit(returning: Any = "new", expect: Expect = Expect.ANYTHING) -> Update:
    """Counts a visit of a session, which it may begin."""
    key: Item = {"user": "u", "session": "s"}
    guard = Guard(expect, now_epoch_s=NOW)
    return Update(SESSION, ("u", "s"), (wire("visits").add(1),), key, guard, returning)


@pytest.mark.req("M50")
@pytest.mark.parametrize(
    ("action", "image", "error"),
    [
        (put(Guard(Expect.NOTHING)), STORED, AlreadyExists),
        (put(IS_Y), STORED, ConditionFailed),
        (put(IS_Y), None, ConditionFailed),
        (VERSION_2, {**STORED, "edition": {"N": "3"}}, VersionConflict),
        (VERSION_2, None, VersionConflict),
        (visit(expect=Expect.SOMETHING), EXPIRED, NotFound),
        (update(wire("age").add(1)), None, NotFound),
    ],
)
def test_refused_write_says_why(action: Write, image: Any, error: type[TrueupError]) -> None:
    reply = failed(REFUSED, Item=image) if image else failed(REFUSED)
    with pytest.raises(TrueupError) as caught:
        Exchange(reply).run(perform(action))
    assert type(caught.value) is error


def test_update_or_create_replaces_an_expired_item() -> None:
    exchange = Exchange(failed(REFUSED, Item=EXPIRED), ok())
    result = exchange.run(perform(visit()))
    assert result == WriteResult(existed=False, new=Session(user="u", session="s", visits=1))
    assert exchange.targets == ["UpdateItem", "PutItem"]
    assert exchange.sent[1][1]["ConditionExpression"] == "#1 <= :0 OR attribute_not_exists(#0)"


def test_update_or_create_meets_an_item_that_others_revived() -> None:
    replies = failed(REFUSED, Item=EXPIRED), failed(REFUSED, Item=ALIVE), ok(Attributes=ALIVE)
    exchange = Exchange(*replies)
    result = exchange.run(perform(visit()))
    assert exchange.targets == ["UpdateItem", "PutItem", "UpdateItem"]
    assert (result.existed, result.new.visits) == (True, 6)


def test_update_or_create_gives_up_where_others_always_win() -> None:
    rounds = [failed(REFUSED, Item=EXPIRED), failed(REFUSED, Item=ALIVE)] * 4
    with pytest.raises(Unavailable):
        Exchange(*rounds).run(perform(visit()))


def test_put_over_an_expired_item_gives_no_old_one() -> None:
    action = Put(SESSION, {"user": "u", "session": "s"}, Guard(now_epoch_s=NOW), "old")
    assert Exchange(ok(Attributes=EXPIRED)).run(perform(action)) == WriteResult(existed=False)
    result = Exchange(ok(Attributes=ALIVE)).run(perform(action))
    assert (result.existed, result.old.visits) == (True, 5)


@pytest.mark.parametrize(
    ("stored", "change", "code"),
    [
        ({"name": {"S": "x"}}, wire("name").add(1), ErrorCode.INVALID_UPDATE),
        ({"age": {"N": "1" + "0" * 37}}, wire("age").add(0), ErrorCode.INVALID_VALUE),
        ({"age": {"N": "9" * 38}}, wire("age").add(Decimal("1.5")), ErrorCode.INVALID_NUMBER),
        ({"name": {"S": "x" * 409_590}}, wire("age").assign(10), ErrorCode.ITEM_TOO_LARGE),
    ],
)
def test_update_that_is_invalid_is_explained_by_what_is_stored(
    stored: Any, change: Any, code: ErrorCode
) -> None:
    exchange = Exchange(failed("ValidationException"), ok(Item={"id": {"S": "a"}, **stored}))
    with pytest.raises(InvalidCall) as caught:
        exchange.run(perform(update(change)))
    assert caught.value.code is code
    assert exchange.targets == ["UpdateItem", "GetItem"]
    assert exchange.sent[1][1]["ConsistentRead"] is True


def test_lost_write_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        Exchange(failed("InternalServerError", 500)).run(perform(put()))


def people(*ids: str) -> BatchWrite:
    return BatchWrite(tuple(Put(PERSON, {"id": one}) for one in ids))


def entry(key: str) -> dict[str, Any]:
    return {"PutRequest": {"Item": {"id": {"S": key}}}}


def unprocessed(*ids: str) -> dict[str, Any]:
    return {"UnprocessedItems": {"t-People": [entry(one) for one in ids]}}


def test_unprocessed_items_are_sent_again_after_a_pause() -> None:
    exchange = Exchange(ok(**unprocessed("b", "c")), ok(**unprocessed("c")), ok())
    assert exchange.run(perform(people("a", "b", "c"))).errors == [None, None, None]
    sent = [body["RequestItems"]["t-People"] for _, body in exchange.sent]
    assert sent == [
        [entry("a"), entry("b"), entry("c")],
        [entry("b"), entry("c")],
        [entry("c")],
    ]
    assert exchange.slept_s == [0.05, 0.05]


def test_pauses_grow_while_nothing_is_processed_and_the_writes_fail_in_the_end() -> None:
    exchange = Exchange(*[ok(**unprocessed("b"))] * 5)
    outcome = exchange.run(perform(people("a", "b")))
    assert [type(one) for one in outcome.errors] == [type(None), Throttled]
    assert exchange.slept_s == [0.05, 0.5, 1.0, 2.0]


def test_batch_of_which_nothing_is_processed_has_as_many_attempts_as_any_request() -> None:
    exchange = Exchange(*[ok(**unprocessed("a", "b"))] * 4)
    outcome = exchange.run(perform(people("a", "b")))
    assert [type(one) for one in outcome.errors] == [Throttled, Throttled]
    assert exchange.slept_s == [0.5, 1.0, 2.0]


def test_of_two_writes_of_one_item_the_last_one_is_sent() -> None:
    action = BatchWrite((put(name="1"), Delete(PERSON, ("b",)), put(name="2")))
    exchange = Exchange(ok())
    assert exchange.run(perform(action)).errors == [None, None, None]
    (first, second) = exchange.sent[0][1]["RequestItems"]["t-People"]
    assert first["PutRequest"]["Item"]["name"] == {"S": "2"}
    assert "DeleteRequest" in second


def split_batch() -> Operation[Any]:
    """A batch of five writes, of which a request of 1,000 bytes holds three."""
    writes = tuple(put(id=one, name="x" * 250) for one in "abcde")
    batch = BatchWriting({"People": compiler(PEOPLE)}, BatchWrite(writes), Resending(), 1000)
    return send(batch.request())


def test_batch_that_is_larger_than_a_request_is_split() -> None:
    exchange = Exchange(ok(), ok())
    assert exchange.run(split_batch()).errors == [None] * 5
    assert [len(body["RequestItems"]["t-People"]) for _, body in exchange.sent] == [3, 2]


def test_writes_for_which_there_is_no_time_left_are_told_from_the_others() -> None:
    wire = Wire(ok(**unprocessed("b", "c")))
    outcome = drive("sync", perform(people("a", "b", "c")), wire, within_s=0.01)
    assert [type(one) for one in outcome.errors] == [type(None), DeadlineExceeded, DeadlineExceeded]


def test_second_part_of_a_batch_that_fails_is_told_from_the_first() -> None:
    throttled = Throttled("too much", fix="wait")
    outcome = drive("sync", split_batch(), Wire(ok(), throttled))
    assert outcome.errors == [None, None, None, throttled, throttled]


def test_keys_that_were_not_read_are_asked_for_again() -> None:
    action = BatchGet(PERSON, (("a",), ("b",), ("c",)))
    rest = {"t-People": {"Keys": [{"id": {"S": "a"}}, {"id": {"S": "c"}}]}}
    first = ok(Responses={"t-People": [{"id": {"S": "b"}}]}, UnprocessedKeys=rest)
    second = ok(Responses={"t-People": [{"id": {"S": "a"}}]}, UnprocessedKeys={})
    exchange = Exchange(first, second)
    assert exchange.run(perform(action)) == [Person(id="a"), Person(id="b"), None]
    assert exchange.sent[1][1] == {"RequestItems": rest}


def test_keys_of_several_tables_that_were_not_read_are_asked_for_again() -> None:
    gets = (BatchGet(PERSON, (("a",), ("b",))), BatchGet(SESSION, (("u", "s"), ("u", "t"))))
    rest = {"t-People": {"Keys": [{"id": {"S": "a"}}]}, "t-Sessions": {"Keys": [SESSION_KEY]}}
    first = ok(Responses={"t-People": [{"id": {"S": "b"}}]}, UnprocessedKeys=rest)
    second = ok(
        Responses={"t-Sessions": [SESSION_KEY]}, UnprocessedKeys={"t-People": rest["t-People"]}
    )
    third = ok(Responses={"t-People": [{"id": {"S": "a"}}]}, UnprocessedKeys={})
    exchange = Exchange(first, second, third)
    found = exchange.run(perform(BatchGetTables(gets)))
    assert found == [Person(id="a"), Person(id="b"), Session(user="u", session="s"), None]
    assert [sent[1]["RequestItems"] for sent in exchange.sent[1:]] == [
        rest,
        {"t-People": rest["t-People"]},
    ]


@pytest.mark.parametrize("name", ["t-Sessions", "t-Others"])
def test_keys_of_another_table_are_no_answer(name: str) -> None:
    reply = ok(Responses={}, UnprocessedKeys={name: {"Keys": [{"id": {"S": "a"}}]}})
    with pytest.raises(TrueupError):
        Exchange(reply).run(perform(BatchGet(PERSON, (("a",),))))


def test_keys_that_are_never_read_are_an_error() -> None:
    rest = {"t-People": {"Keys": [{"id": {"S": "a"}}]}}
    replies = [ok(Responses={}, UnprocessedKeys=rest)] * 4
    with pytest.raises(Throttled):
        Exchange(*replies).run(perform(BatchGet(PERSON, (("a",),))))


def test_key_that_was_read_is_progress_though_there_is_no_item() -> None:
    keys = [{"id": {"S": one}} for one in "abcdef"]
    rests = [{"t-People": {"Keys": keys[count:]}} for count in range(1, 6)]
    replies = [ok(Responses={}, UnprocessedKeys=rest) for rest in rests]
    exchange = Exchange(*replies, ok(Responses={}))
    action = BatchGet(PERSON, tuple((one,) for one in "abcdef"))
    assert exchange.run(perform(action)) == [None] * 6
    assert exchange.slept_s == [0.05] * 5


def cancelled(*reasons: Any) -> Any:
    return failed("TransactionCanceledException", CancellationReasons=list(reasons))


NONE = {"Code": "None"}


def test_cancelled_transaction_has_a_reason_for_each_action() -> None:
    action = TransactWrite((put(), Put(PERSON, {"id": "b"}, Guard(Expect.NOTHING))))
    reply = cancelled(NONE, {"Code": "ConditionalCheckFailed", "Item": STORED})
    with pytest.raises(TransactionCancelled) as caught:
        Exchange(reply).run(perform(action))
    assert [type(one) for one in caught.value.reasons] == [type(None), AlreadyExists]


@pytest.mark.req("MT7")
@pytest.mark.parametrize(
    ("code", "kind"), [("TransactionConflict", Unavailable), ("ThrottlingError", Throttled)]
)
def test_transaction_that_only_met_others_can_be_repeated(
    code: str, kind: type[TrueupError]
) -> None:
    with pytest.raises(kind):
        Exchange(cancelled(NONE, {"Code": code})).run(
            perform(TransactWrite((put(), Delete(PERSON, ("b",)))))
        )


def test_update_or_create_in_a_transaction_replaces_an_expired_item() -> None:
    reply = cancelled(NONE, {"Code": "ConditionalCheckFailed", "Item": EXPIRED})
    exchange = Exchange(reply, ok())
    result = exchange.run(perform(TransactWrite((put(), visit(None)))))
    assert [one.existed for one in result.results] == [None, False]
    second = exchange.sent[1][1]["TransactItems"][1]
    assert second["Put"]["Item"]["visits"] == {"N": "1"}


def test_read_of_one_instant_keeps_the_order_and_drops_what_expired() -> None:
    gets = (
        Get(SESSION, ("u", "s"), now_epoch_s=NOW),
        Get(PERSON, ("b",)),
        Get(PERSON, ("a",)),
    )
    reply = ok(Responses=[{"Item": EXPIRED}, {}, {"Item": STORED}])
    found = Exchange(reply).run(perform(TransactGet(gets)))
    assert found == [None, None, Person(id="a", name="x")]
