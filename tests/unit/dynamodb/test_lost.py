"""Writes whose reply was lost: what a second attempt says of the first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.dynamodb.engines import body_of, engine, failed, ok
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.errors import (
    AlreadyExists,
    ConditionFailed,
    OutcomeUnknown,
    TrueupError,
    VersionConflict,
)
from trueup.expressions import Change, as_condition
from trueup.model.description.check import describe
from trueup.operations.actions import (
    OPEN,
    BatchWrite,
    Delete,
    Expect,
    Get,
    Guard,
    Put,
    TransactWrite,
    Update,
    Write,
    WriteResult,
)
from trueup.operations.operation import NextRequest, Request
from trueup.schema.create import first_request
from trueup.testing.suite.oracle import wire
from trueup.testing.suite.tables import DOCUMENTS, PEOPLE, SESSIONS, Person, Session

PERSON, DOCUMENT, SESSION = describe(PEOPLE), describe(DOCUMENTS), describe(SESSIONS)
REFUSED = "ConditionalCheckFailedException"
MINE = {"id": {"S": "a"}, "name": {"S": "mine"}}
OTHERS = {"id": {"S": "a"}, "name": {"S": "theirs"}}
CREATE, EXISTING = Guard(Expect.NOTHING), Guard(Expect.SOMETHING)
IS_FREE = Guard(Expect.SOMETHING, condition=as_condition(wire("name") == "free"))


def put(guard: Guard = OPEN, returning: Any = None) -> Put:
    return Put(PERSON, {"id": "a", "name": "mine"}, guard, returning)


def edition(number: int, name: str = "mine") -> dict[str, Any]:
    return {"id": {"S": "a"}, "name": {"S": name}, "edition": {"N": str(number)}}


PUT_3 = Put(DOCUMENT, {"id": "a", "name": "mine", "edition": 3}, Guard(version=2))
CREATE_1 = Put(DOCUMENT, {"id": "a", "name": "mine", "edition": 1}, Guard(Expect.NOTHING))
VERSION_2 = Guard(Expect.SOMETHING, version=2)
TO_3 = wire("edition").assign(3)


def update(*changes: Change, guard: Guard = EXISTING, returning: Any = None) -> Update:
    return Update(PERSON, ("a",), changes, {"id": "a"}, guard, returning)


def versioned(*changes: Change) -> Update:
    return Update(DOCUMENT, ("a",), (*changes, TO_3), {"id": "a"}, VERSION_2)


RENAME, COUNT = wire("name").assign("mine"), wire("age").add(1)


def second_attempt(write: Write) -> Request[Any]:
    first = engine().compile(write)
    second = first.after_loss(first)
    assert second is not None
    assert body_of(second) == body_of(first)
    return second


def decoded(write: Write, reply: Reply) -> Any:
    return second_attempt(write).decode(reply)


def refused(image: dict[str, Any] | None) -> Reply:
    return failed(REFUSED, Item=image) if image else failed(REFUSED)


@pytest.mark.parametrize(
    ("write", "image", "result"),
    [
        (put(CREATE), MINE, WriteResult(existed=False)),
        (put(CREATE, "new"), MINE, WriteResult(existed=False, new=Person(id="a", name="mine"))),
        (PUT_3, edition(3), WriteResult()),
        (versioned(RENAME), edition(3), WriteResult(existed=True)),
        (
            Delete(PERSON, ("a",), Guard(condition=as_condition(wire("age") > 1))),
            None,
            WriteResult(),
        ),
        (Delete(DOCUMENT, ("a",), Guard(version=2)), None, WriteResult()),
    ],
)
def test_refusal_because_of_its_own_first_attempt_is_success(
    write: Write, image: Any, result: WriteResult[Any]
) -> None:
    assert decoded(write, refused(image)) == result


@pytest.mark.parametrize(
    ("write", "image", "error"),
    [
        (put(CREATE), OTHERS, AlreadyExists),
        (CREATE_1, edition(1, "theirs"), AlreadyExists),
        (PUT_3, edition(3, "theirs"), VersionConflict),
        (versioned(RENAME), edition(3, "theirs"), VersionConflict),
        (update(RENAME, guard=IS_FREE), OTHERS, ConditionFailed),
        (Delete(PERSON, ("a",), IS_FREE), OTHERS, ConditionFailed),
        (Delete(DOCUMENT, ("a",), Guard(version=2)), edition(3), VersionConflict),
    ],
)
def test_refusal_because_of_others_is_raised(
    write: Write, image: Any, error: type[TrueupError]
) -> None:
    with pytest.raises(error):
        decoded(write, refused(image))


@pytest.mark.parametrize(
    ("write", "image"),
    [
        (versioned(COUNT), edition(3)),
        (update(RENAME, guard=IS_FREE), MINE),
        (put(CREATE, "old"), MINE),
        (Delete(PERSON, ("a",), IS_FREE, "old"), None),
        (PUT_3, edition(4)),
        (PUT_3, edition(1)),
        (PUT_3, None),
        (versioned(RENAME), edition(4)),
        (versioned(COUNT), edition(4)),
        (CREATE_1, edition(2)),
        (Delete(DOCUMENT, ("a",), Guard(version=2)), edition(1)),
    ],
    ids=[
        "counts",
        "others may have done the same",
        "create that gives the old",
        "delete that gives the old",
        "put, written again since",
        "put, created again since",
        "put, deleted since",
        "assigns, written again since",
        "counts, written again since",
        "create, written again since",
        "delete, created again since",
    ],
)
def test_refusal_that_does_not_tell_whose_work_it_met_is_unknown(write: Write, image: Any) -> None:
    with pytest.raises(OutcomeUnknown):
        decoded(write, refused(image))


@pytest.mark.parametrize(
    ("write", "found", "result"),
    [
        (put(), None, WriteResult()),
        (update(RENAME), None, WriteResult(existed=True)),
        (update(RENAME, guard=OPEN), None, WriteResult()),
        (put(returning="old"), OTHERS, WriteResult(True, old=Person(id="a", name="theirs"))),
        (put(returning="new"), MINE, WriteResult(new=Person(id="a", name="mine"))),
        (update(RENAME, returning="new"), MINE, WriteResult(True, new=Person(id="a", name="mine"))),
        (Delete(PERSON, ("a",)), None, WriteResult()),
        (Delete(PERSON, ("a",)), MINE, WriteResult(existed=True)),
    ],
)
def test_second_attempt_that_is_let_through_says_what_is_known(
    write: Write, found: Any, result: WriteResult[Any]
) -> None:
    reply = ok(Attributes=found) if found else ok()
    assert decoded(write, reply) == result


@pytest.mark.parametrize(
    ("write", "found"),
    [
        (put(returning="old"), MINE),
        (update(RENAME, returning="old"), MINE),
        (Delete(PERSON, ("a",), returning="old"), None),
    ],
)
def test_old_item_that_the_first_attempt_may_have_replaced_is_not_known(
    write: Write, found: Any
) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        decoded(write, ok(Attributes=found) if found else ok())
    assert "the write is applied" in caught.value.what


@pytest.mark.parametrize(
    "change",
    [COUNT, wire("tags").append("x"), wire("tags").prepend("x"), wire("tags", 0).remove()],
)
def test_relative_change_is_never_sent_twice(change: Change) -> None:
    for guard in (EXISTING, OPEN, IS_FREE):
        request = engine().compile(update(change, guard=guard))
        assert request.after_loss(request) is None


def test_relative_change_of_a_version_is_sent_again_because_it_would_be_refused() -> None:
    assert decoded(versioned(COUNT), ok()) == WriteResult(existed=True)


def test_transaction_is_sent_again_with_its_token() -> None:
    request = engine().compile(TransactWrite((update(COUNT), put())))
    second = request.after_loss(request)
    assert second is not None
    assert body_of(second)["ClientRequestToken"] == body_of(request)["ClientRequestToken"]


def test_batch_and_table_are_sent_again_as_they_are() -> None:
    create = first_request(engine(), [PERSON])
    assert create is not None
    for request in (engine().compile(BatchWrite((put(),))), create):
        assert request.after_loss(request) is request


def test_read_has_no_lost_reply() -> None:
    request = engine().compile(Get(PERSON, ("a",)))
    assert request.after_loss(request) is None


def test_revived_item_of_a_lost_write_is_recognised() -> None:
    """An update met an expired item; the reply to the put that replaces it was lost."""
    key = {"user": "u", "session": "s"}
    guard = Guard(now_epoch_s=100)
    visit = Update(SESSION, ("u", "s"), (wire("visits").add(1),), {**key}, guard, "new")
    expired = {"user": {"S": "u"}, "session": {"S": "s"}, "expiresAt": {"N": "99"}}
    following = engine().compile(visit).decode(refused(expired))
    assert isinstance(following, NextRequest)
    second = following.request.after_loss(following.request)
    assert second is not None
    begun = {"user": {"S": "u"}, "session": {"S": "s"}, "visits": {"N": "1"}}
    expected = WriteResult(existed=False, new=Session(user="u", session="s", visits=1))
    assert second.decode(refused(begun)) == expected
