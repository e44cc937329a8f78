"""Operations that write whole items, or remove them."""

from __future__ import annotations

from tests.faults.operation import Operation, Resend
from tests.faults.tables import ACCOUNTS, CLOCK, DOCUMENTS, SESSIONS, Account, Document, Session
from trueup import (
    AlreadyExists,
    ConditionFailed,
    OutcomeUnknown,
    VersionConflict,
    WriteResult,
)

ITSELF = (Resend.RECOGNISES_ITSELF,)

ADA = Account(id="a", name="Ada", balance=5, tags={"x"}, notes=["1"])
BOB = Account(id="a", name="Bob")
FIRST = Document(id="d", text="one", version=1)
SECOND = Document(id="d", text="two", version=2)
THIRD = Document(id="d", text="three", version=3)
LIVING = Session(id="s", text="now", expires_at=CLOCK.after(60))
EXPIRED = Session(id="s", text="then", hits=9, expires_at=CLOCK.after(-60))

CREATES = (
    Operation(
        "create",
        lambda db: db.repository(ACCOUNTS).create(ADA),
        result=WriteResult(existed=False),
        resend=ITSELF,
        after=(ADA,),
    ),
    Operation(
        "create_returning_new",
        lambda db: db.repository(ACCOUNTS).create(ADA, returning="new"),
        result=WriteResult(existed=False, new=ADA),
        resend=ITSELF,
        after=(ADA,),
    ),
    Operation(
        "create_over_another",
        lambda db: db.repository(ACCOUNTS).create(ADA),
        result=AlreadyExists,
        resend=ITSELF,
        before=(BOB,),
    ),
    Operation(
        # Which of the two wrote it cannot be told, and makes no difference to what is stored.
        "create_over_an_equal_one",
        lambda db: db.repository(ACCOUNTS).create(ADA),
        result=AlreadyExists,
        resend=ITSELF,
        before=(ADA,),
        lost=WriteResult(existed=False),
        in_doubt=WriteResult(existed=False),
    ),
    Operation(
        "create_versioned",
        lambda db: db.repository(DOCUMENTS).create(Document(id="d", text="one")),
        result=WriteResult(existed=False),
        resend=ITSELF,
        after=(FIRST,),
        tables=(DOCUMENTS,),
    ),
    Operation(
        "create_over_an_expired_one",
        lambda db: db.repository(SESSIONS).create(LIVING),
        result=WriteResult(existed=False),
        resend=ITSELF,
        before=(EXPIRED,),
        after=(LIVING,),
        tables=(SESSIONS,),
    ),
)

PUTS = (
    Operation(
        "put",
        lambda db: db.repository(ACCOUNTS).put(ADA),
        result=WriteResult(),
        before=(BOB,),
        after=(ADA,),
    ),
    Operation(
        "put_returning_new",
        lambda db: db.repository(ACCOUNTS).put(ADA, returning="new"),
        result=WriteResult(existed=True, new=ADA),
        before=(BOB,),
        after=(ADA,),
        lost=WriteResult(existed=None, new=ADA),
    ),
    Operation(
        "put_returning_old",
        lambda db: db.repository(ACCOUNTS).put(ADA, returning="old"),
        result=WriteResult(existed=True, old=BOB),
        before=(BOB,),
        after=(ADA,),
        lost=OutcomeUnknown,
    ),
    Operation(
        "put_over_nothing_returning_old",
        lambda db: db.repository(ACCOUNTS).put(ADA, returning="old"),
        result=WriteResult(existed=False),
        after=(ADA,),
        lost=OutcomeUnknown,
    ),
    Operation(
        "put_over_an_equal_one_returning_old",
        lambda db: db.repository(ACCOUNTS).put(ADA, returning="old"),
        result=WriteResult(existed=True, old=ADA),
        before=(ADA,),
        lost=OutcomeUnknown,
        in_doubt=OutcomeUnknown,
    ),
    Operation(
        "put_only_if",
        lambda db: db.repository(ACCOUNTS).put(ADA, only_if=Account.name == "Bob"),
        result=WriteResult(),
        resend=ITSELF,
        before=(BOB,),
        after=(ADA,),
    ),
    Operation(
        "put_only_if_false",
        lambda db: db.repository(ACCOUNTS).put(ADA, only_if=Account.name == "Eve"),
        result=ConditionFailed,
        resend=ITSELF,
        before=(BOB,),
    ),
    Operation(
        "put_versioned_first",
        lambda db: db.repository(DOCUMENTS).put(Document(id="d", text="one")),
        result=WriteResult(),
        resend=ITSELF,
        after=(FIRST,),
        tables=(DOCUMENTS,),
    ),
    Operation(
        "put_versioned",
        lambda db: db.repository(DOCUMENTS).put(Document(id="d", text="two", version=1)),
        result=WriteResult(),
        resend=ITSELF,
        before=(FIRST,),
        after=(SECOND,),
        tables=(DOCUMENTS,),
    ),
    Operation(
        "put_versioned_returning_new",
        lambda db: db.repository(DOCUMENTS).put(
            Document(id="d", text="two", version=1), returning="new"
        ),
        result=WriteResult(existed=True, new=SECOND),
        resend=ITSELF,
        before=(FIRST,),
        after=(SECOND,),
        tables=(DOCUMENTS,),
        lost=WriteResult(existed=None, new=SECOND),
    ),
    Operation(
        "put_versioned_returning_old",
        lambda db: db.repository(DOCUMENTS).put(
            Document(id="d", text="two", version=1), returning="old"
        ),
        result=WriteResult(existed=True, old=FIRST),
        resend=ITSELF,
        before=(FIRST,),
        after=(SECOND,),
        tables=(DOCUMENTS,),
        lost=OutcomeUnknown,
    ),
    Operation(
        "put_stale_version",
        lambda db: db.repository(DOCUMENTS).put(Document(id="d", text="three", version=1)),
        result=VersionConflict,
        resend=ITSELF,
        before=(SECOND,),
        tables=(DOCUMENTS,),
    ),
    Operation(
        # Others wrote twice since; the first attempt may have been between them.
        "put_version_long_past",
        lambda db: db.repository(DOCUMENTS).put(Document(id="d", text="four", version=1)),
        result=VersionConflict,
        resend=ITSELF,
        before=(THIRD,),
        tables=(DOCUMENTS,),
        lost=OutcomeUnknown,
        in_doubt=OutcomeUnknown,
    ),
)

DELETES = (
    Operation(
        "delete",
        lambda db: db.repository(ACCOUNTS).delete("a"),
        result=WriteResult(existed=True),
        before=(ADA,),
        after=(),
        lost=WriteResult(existed=None),
    ),
    Operation(
        "delete_nothing",
        lambda db: db.repository(ACCOUNTS).delete("a"),
        result=WriteResult(existed=False),
        lost=WriteResult(existed=None),
        in_doubt=WriteResult(existed=None),
    ),
    Operation(
        "delete_returning_old",
        lambda db: db.repository(ACCOUNTS).delete("a", returning="old"),
        result=WriteResult(existed=True, old=ADA),
        before=(ADA,),
        after=(),
        lost=OutcomeUnknown,
    ),
    Operation(
        "delete_version",
        lambda db: db.repository(DOCUMENTS).delete("d", version=1),
        result=WriteResult(existed=True),
        resend=ITSELF,
        before=(FIRST,),
        after=(),
        tables=(DOCUMENTS,),
        lost=WriteResult(existed=None),
    ),
    Operation(
        "delete_stale_version",
        lambda db: db.repository(DOCUMENTS).delete("d", version=1),
        result=VersionConflict,
        resend=ITSELF,
        before=(SECOND,),
        tables=(DOCUMENTS,),
    ),
    Operation(
        "delete_only_if",
        lambda db: db.repository(ACCOUNTS).delete("a", only_if=Account.name == "Ada"),
        result=WriteResult(existed=True),
        resend=ITSELF,
        before=(ADA,),
        after=(),
        lost=WriteResult(existed=None),
    ),
    Operation(
        "delete_only_if_false",
        lambda db: db.repository(ACCOUNTS).delete("a", only_if=Account.name == "Eve"),
        result=ConditionFailed,
        resend=ITSELF,
        before=(ADA,),
    ),
)
