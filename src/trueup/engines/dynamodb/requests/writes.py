"""Single writes: a request with its guard, and the follow-ups if the guard refuses it.

    UpdateItem ──ok──► done
        │ refused, and the stored item has expired (it counts as absent)
        ▼
    PutItem of the new item, if none exists or the stored item has expired ──ok──► done
        │ refused: others have stored a living item meanwhile
        └─► UpdateItem again, a few times at most

If a reply was lost, operations/lost.py tells the result of both attempts.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ....errors import AlreadyExists, TrueupError, Unavailable
from ....expressions.evaluate import apply
from ....expressions.values import Item
from ....operations.actions import Check, Delete, Expect, Guard, Put, Update, Write, WriteResult
from ....operations.guards import alive, refusal
from ....operations.lost import after_refusal, after_success, may_be_resent
from ....operations.operation import NextRequest, Request, never
from ..codec.capacity import units_of
from ..codec.values import decode_body, item_in
from ..compile.table import TableCompiler
from ..errors import CONDITION_FAILED, VALIDATION, Failure, read_failure, translate
from ..wire.http.reply import Reply
from .replies import request_of

MOST_ROUNDS = 3
"""How often an update may find an expired item that others replace before it does."""

_NAMES = {Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem"}


def write_request(
    compiler: TableCompiler, action: Write, rounds: int = MOST_ROUNDS, *, is_resent: bool = False
) -> Request[WriteResult[Any]]:
    """The request of one write. is_resent: an earlier attempt without a reply may be applied."""
    name = _NAMES[type(action)]
    body = compiler.write(action)
    values = _return_values(action)
    if values is not None:
        body["ReturnValues"] = values

    def decode(reply: Reply) -> WriteResult[Any] | NextRequest[WriteResult[Any]]:
        if reply.status == 200:
            body = decode_body(reply.body)
            image, units = item_in(body, "Attributes"), units_of(body.get("ConsumedCapacity"))
            written = _written(compiler, action, image, units)
            return after_success(compiler, action, image, written) if is_resent else written
        failure = read_failure(reply)
        if failure.code == CONDITION_FAILED:
            done = after_refusal(compiler, action, failure.item) if is_resent else None
            return done or _after_refusal(compiler, action, failure, rounds)
        error = translate(failure, compiler.where, name)
        if failure.code == VALIDATION and isinstance(action, Update):
            return NextRequest(_explanation(compiler, action, error))
        raise error

    def after_loss(_: Request[WriteResult[Any]]) -> Request[WriteResult[Any]]:
        return write_request(compiler, action, rounds, is_resent=True)

    following = after_loss if may_be_resent(action) else never
    return request_of(name, action.table.name, body, decode, following)


def _return_values(action: Write) -> str | None:
    """The image to request: the old item if the result must say whether there was one."""
    if isinstance(action, Delete):
        return "ALL_OLD"
    if action.returning is None:
        return None
    must_exist = action.guard.expect is Expect.SOMETHING
    is_update = isinstance(action, Update)
    return "ALL_NEW" if is_update and must_exist and action.returning == "new" else "ALL_OLD"


def _written(
    compiler: TableCompiler, action: Write, image: Item | None, units: float | None
) -> WriteResult[Any]:
    """The result of a write. image: the item that `_return_values` asked for, if it exists."""
    if isinstance(action, Delete) or action.returning is not None:
        if action.guard.expect is Expect.SOMETHING and action.returning == "new":
            new = compiler.codec.decode(image or {})
            return WriteResult(existed=True, new=new, capacity_units=units)
        old = alive(action.table, image, action.guard.now_epoch_s)
        return _images(compiler, action, old, units)
    return WriteResult(action.guard.implies_existed, capacity_units=units)


def _images(
    compiler: TableCompiler, action: Write, old: Item | None, units: float | None
) -> WriteResult[Any]:
    """The result of a write over a living item. The new image is computed from the old image by
    the reference meaning, which is DynamoDB's."""
    decode = compiler.codec.decode
    new: Item | None = None
    if action.returning == "new" and isinstance(action, Put):
        new = action.item
    elif action.returning == "new" and isinstance(action, Update):
        new = apply(action.changes, action.initial if old is None else old)
    return WriteResult(
        existed=old is not None,
        old=decode(old) if action.returning == "old" and old is not None else None,
        new=None if new is None else decode(new),
        capacity_units=units,
    )


def _after_refusal(
    compiler: TableCompiler, action: Write, failure: Failure, rounds: int
) -> NextRequest[WriteResult[Any]]:
    """Replace the stored item if it has expired; else raise why the guard refused."""
    if isinstance(action, Update) and replaces_expired(compiler, action, failure.item):
        request = write_request(compiler, replacement_of_expired(compiler, action))
        return NextRequest(_replacing(compiler, action, rounds, request))
    raise why_refused(compiler, action, failure.item) or translate(
        failure, compiler.where, _NAMES[type(action)]
    )


def why_refused(
    compiler: TableCompiler, action: Write | Check, image: Item | None
) -> TrueupError | None:
    """The guard's error for the stored item. image: None if nothing was stored."""
    stored = alive(action.table, image, action.guard.now_epoch_s)
    return refusal(compiler.rules.engine, action, stored)


def replaces_expired(compiler: TableCompiler, action: Update, image: Item | None) -> bool:
    """Whether an update that may create met an expired item, and its guard accepts absence."""
    if image is None or action.guard.expect is Expect.SOMETHING:
        return False
    if alive(action.table, image, action.guard.now_epoch_s) is not None:
        return False
    return refusal(compiler.rules.engine, action, None) is None


def replacement_of_expired(compiler: TableCompiler, action: Update) -> Put:
    """The put of the item that the update creates, over nothing or an expired item."""
    begun = compiler.codec.updated(action.changes, action.initial, compiler.where)
    guard = Guard(expect=Expect.NOTHING, now_epoch_s=action.guard.now_epoch_s)
    return Put(action.table, begun, guard, action.returning)


def _replacing(
    compiler: TableCompiler, action: Update, rounds: int, request: Request[WriteResult[Any]]
) -> Request[WriteResult[Any]]:
    """Put the item that the update creates; if an item exists meanwhile, update again."""

    def decode(reply: Reply) -> WriteResult[Any] | NextRequest[WriteResult[Any]]:
        try:
            return request.decode(reply)
        except AlreadyExists as error:
            if rounds:
                return NextRequest(write_request(compiler, action, rounds - 1))
            raise Unavailable(
                "an expired item was replaced by others again and again",
                where=compiler.where,
                fix="call again",
            ) from error

    def after_loss(_: Request[WriteResult[Any]]) -> Request[WriteResult[Any]] | None:
        resent = request.after_loss(request)
        return None if resent is None else _replacing(compiler, action, rounds, resent)

    return replace(request, decode=decode, after_loss=after_loss)


def _explanation(
    compiler: TableCompiler, action: Update, refused: TrueupError
) -> Request[WriteResult[Any]]:
    """Read the item that an update could not change, and find the reason by the reference meaning.

    DynamoDB has one code for every reason (a missing parent, a wrong type, a sum that is not
    exact, an item that gets too large) and tells them apart in its message only.
    """
    body = {"TableName": compiler.name, "Key": compiler.key(action.key), "ConsistentRead": True}

    def decode(reply: Reply) -> WriteResult[Any]:
        if reply.status == 200:
            _check_update(compiler, action, item_in(decode_body(reply.body), "Item"))
        raise refused

    return request_of("GetItem", action.table.name, body, decode)


def _check_update(compiler: TableCompiler, action: Update, stored: Item | None) -> None:
    """Raise InvalidCall if the update cannot be made to this item."""
    base = action.initial if stored is None else stored
    new = compiler.codec.updated(action.changes, base, compiler.where)
    compiler.item(new)
