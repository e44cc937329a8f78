"""Somebody else writes the same item between a lost reply and the second attempt.

What the second attempt meets is then not its own work, or not any more. It may raise a conflict
only where it is sure that the first attempt was not applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.callers import OWN, Caller
from tests.faults.faults import meanwhile
from tests.faults.operation import Call
from tests.faults.putting import ADA, BOB, EXPIRED, FIRST, SECOND
from tests.faults.stage import Stage, summary
from tests.faults.tables import ACCOUNTS, DOCUMENTS, SESSIONS, Account, Document, Session
from trueup import (
    ANY_VERSION,
    AlreadyExists,
    AsyncDatabase,
    ConditionFailed,
    Database,
    Model,
    OutcomeUnknown,
    VersionConflict,
    WriteResult,
    at,
)

TWO = Document(id="d", text="two", version=1)
OTHER = Document(id="d", text="other", version=1)
OTHERS_SECOND = Document(id="d", text="other", version=2)
OTHERS_THIRD = Document(id="d", text="other", version=3)


@dataclass(frozen=True, slots=True)
class Encounter:
    """A call, and what another writer does before its second attempt.

    is_applied: whether the first attempt was, before the other writer came.
    """

    name: str
    call: Call
    others: Callable[[Database], Any]
    is_applied: bool
    result: Any
    stored: tuple[Model, ...]
    before: tuple[Model, ...] = ()


def put_other(*versions: Document) -> Callable[[Database], None]:
    """Put these one after the other."""

    def others(db: Database) -> None:
        for version in versions:
            db.repository(DOCUMENTS).put(version)

    return others


def delete_document(db: Database) -> None:
    db.repository(DOCUMENTS).delete("d", version=ANY_VERSION)


def delete_and_create_other(db: Database) -> None:
    delete_document(db)
    db.repository(DOCUMENTS).create(OTHER.model_copy(update={"version": 0}))


def deposit(db: Database) -> None:
    db.repository(ACCOUNTS).update("a", at(Account.balance).add(100))


async def withdraw(db: AsyncDatabase) -> None:
    async with db.transaction() as tx:
        tx.update(ACCOUNTS, "a", at(Account.balance).subtract(1))


async def create(db: AsyncDatabase) -> Any:
    return await db.repository(ACCOUNTS).create(ADA)


async def create_document(db: AsyncDatabase) -> Any:
    return await db.repository(DOCUMENTS).create(Document(id="d", text="one"))


async def put_version(db: AsyncDatabase) -> Any:
    return await db.repository(DOCUMENTS).put(TWO)


async def assign_version(db: AsyncDatabase) -> Any:
    return await db.repository(DOCUMENTS).update("d", at(Document.text).assign("two"), version=1)


async def add_version(db: AsyncDatabase) -> Any:
    return await db.repository(DOCUMENTS).update("d", at(Document.count).add(1), version=1)


async def claim(db: AsyncDatabase) -> Any:
    change, is_free = at(Account.name).assign("Eve"), Account.name == "Ada"
    return await db.repository(ACCOUNTS).update("a", change, only_if=is_free)


async def delete_second(db: AsyncDatabase) -> Any:
    return await db.repository(DOCUMENTS).delete("d", version=2)


async def begin_session(db: AsyncDatabase) -> Any:
    return await db.repository(SESSIONS).update_or_create("s", at(Session.text).assign("new"))


ENCOUNTERS = (
    Encounter(
        "create, others create another",
        create,
        lambda db: db.repository(ACCOUNTS).create(BOB),
        is_applied=False,
        result=AlreadyExists,
        stored=(BOB,),
    ),
    Encounter(
        "create a document, others create another",
        create_document,
        put_other(Document(id="d", text="other")),
        is_applied=False,
        result=AlreadyExists,
        stored=(OTHER,),
    ),
    Encounter(
        "create a document, others change it",
        create_document,
        put_other(OTHER),
        is_applied=True,
        result=OutcomeUnknown,
        stored=(OTHERS_SECOND,),
    ),
    Encounter(
        "put a version, others put theirs",
        put_version,
        put_other(OTHER),
        is_applied=False,
        result=VersionConflict,
        before=(FIRST,),
        stored=(OTHERS_SECOND,),
    ),
    Encounter(
        "put a version, others put theirs on it",
        put_version,
        put_other(OTHERS_SECOND),
        is_applied=True,
        result=OutcomeUnknown,
        before=(FIRST,),
        stored=(OTHERS_THIRD,),
    ),
    Encounter(
        "put a version, others put two of theirs",
        put_version,
        put_other(OTHER, OTHERS_SECOND),
        is_applied=False,
        result=OutcomeUnknown,
        before=(FIRST,),
        stored=(OTHERS_THIRD,),
    ),
    Encounter(
        "put a version, others delete it",
        put_version,
        delete_document,
        is_applied=True,
        result=OutcomeUnknown,
        before=(FIRST,),
        stored=(),
    ),
    Encounter(
        "assign to a version, others put theirs",
        assign_version,
        put_other(OTHER),
        is_applied=False,
        result=VersionConflict,
        before=(FIRST,),
        stored=(OTHERS_SECOND,),
    ),
    Encounter(
        "assign to a version, others put theirs on it",
        assign_version,
        put_other(OTHERS_SECOND),
        is_applied=True,
        result=OutcomeUnknown,
        before=(FIRST,),
        stored=(OTHERS_THIRD,),
    ),
    Encounter(
        "add to a version, others add to it",
        add_version,
        lambda db: db.repository(DOCUMENTS).update("d", at(Document.count).add(1), version=1),
        is_applied=False,
        result=OutcomeUnknown,
        before=(FIRST,),
        stored=(Document(id="d", text="one", count=1, version=2),),
    ),
    Encounter(
        "add to a version, others add after it",
        add_version,
        lambda db: db.repository(DOCUMENTS).update("d", at(Document.count).add(1), version=2),
        is_applied=True,
        result=OutcomeUnknown,
        before=(FIRST,),
        stored=(Document(id="d", text="one", count=2, version=3),),
    ),
    Encounter(
        "delete a version, others put theirs",
        delete_second,
        put_other(OTHERS_SECOND),
        is_applied=False,
        result=VersionConflict,
        before=(SECOND,),
        stored=(OTHERS_THIRD,),
    ),
    Encounter(
        "delete a version, others create another",
        delete_second,
        put_other(Document(id="d", text="other")),
        is_applied=True,
        result=OutcomeUnknown,
        before=(SECOND,),
        stored=(OTHER,),
    ),
    Encounter(
        "delete a version, others delete it and create another",
        delete_second,
        delete_and_create_other,
        is_applied=False,
        result=OutcomeUnknown,
        before=(SECOND,),
        stored=(OTHER,),
    ),
    Encounter(
        "delete, others delete it",
        lambda db: db.repository(ACCOUNTS).delete("a"),
        lambda db: db.repository(ACCOUNTS).delete("a"),
        is_applied=False,
        result=WriteResult(existed=None),
        before=(ADA,),
        stored=(),
    ),
    Encounter(
        "claim, others claim",
        claim,
        lambda db: db.repository(ACCOUNTS).update("a", at(Account.name).assign("Eve")),
        is_applied=False,
        result=OutcomeUnknown,
        before=(ADA,),
        stored=(ADA.model_copy(update={"name": "Eve"}),),
    ),
    Encounter(
        "claim, others claim for somebody else",
        claim,
        lambda db: db.repository(ACCOUNTS).update("a", at(Account.name).assign("Zoe")),
        is_applied=False,
        result=ConditionFailed,
        before=(ADA,),
        stored=(ADA.model_copy(update={"name": "Zoe"}),),
    ),
    Encounter(
        "transaction, others add",
        withdraw,
        deposit,
        is_applied=True,
        result=None,
        before=(ADA,),
        stored=(ADA.model_copy(update={"balance": 104}),),
    ),
    Encounter(
        "transaction, others add before it",
        withdraw,
        deposit,
        is_applied=False,
        result=None,
        before=(ADA,),
        stored=(ADA.model_copy(update={"balance": 104}),),
    ),
    Encounter(
        "replace what has expired, others do so first",
        begin_session,
        lambda db: db.repository(SESSIONS).put(Session(id="s", text="other", hits=3)),
        is_applied=False,
        result=WriteResult(),
        before=(EXPIRED,),
        stored=(Session(id="s", text="new", hits=3),),
    ),
)


@pytest.mark.parametrize("caller", OWN, ids=str)
@pytest.mark.parametrize("encounter", ENCOUNTERS, ids=lambda one: one.name)
def test_second_attempt_that_meets_others_blames_them_only_where_it_is_sure(
    stage: Stage, caller: Caller, encounter: Encounter
) -> None:
    stage.set_up(encounter.before)
    stage.proxy.script[0] = meanwhile(
        lambda: encounter.others(stage.direct), is_applied=encounter.is_applied
    )
    outcome = stage.outcome(caller, encounter.call)
    stored = stage.stored([ACCOUNTS, DOCUMENTS, SESSIONS])
    assert summary(outcome) == encounter.result
    assert stored == list(encounter.stored)
