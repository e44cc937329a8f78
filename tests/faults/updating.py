"""Operations that change parts of items."""

from __future__ import annotations

from tests.faults.operation import Call, Operation, Resend
from tests.faults.putting import ADA, EXPIRED, FIRST, ITSELF, LIVING, SECOND, THIRD
from tests.faults.tables import ACCOUNTS, DOCUMENTS, SESSIONS, Account, Document, Session
from trueup import (
    ANY_VERSION,
    Change,
    ConditionFailed,
    NotFound,
    OutcomeUnknown,
    VersionConflict,
    WriteResult,
    at,
)

ONCE = (Resend.UNKNOWN,)
CHANGED: WriteResult[Account] = WriteResult(existed=True)


def _account(**changes: object) -> tuple[Account]:
    return (ADA.model_copy(update=changes),)


def _document(**changes: object) -> tuple[Document]:
    return (FIRST.model_copy(update={"version": 2, **changes}),)


def _updating(*changes: Change) -> Call:
    return lambda db: db.repository(ACCOUNTS).update("a", *changes)


def _versioned(*changes: Change, version: int = 1) -> Call:
    return lambda db: db.repository(DOCUMENTS).update("d", *changes, version=version)


# Doing these twice changes nothing, whoever writes between.
ABSOLUTE_CHANGES = {
    "assign": (at(Account.name).assign("Eve"), _account(name="Eve")),
    "assign_list": (at(Account.notes).assign(["2"]), _account(notes=["2"])),
    "assign_if_missing": (at(Account.name).assign_if_missing("Eve"), _account()),
    "remove": (at(Account.name).remove(), _account(name="")),
    "add_to_set": (at(Account.tags).add_to_set("y"), _account(tags={"x", "y"})),
    "remove_from_set": (at(Account.tags).remove_from_set("x"), _account(tags=set())),
}

# Doing these twice changes more than doing them once.
RELATIVE_CHANGES = {
    "add": (at(Account.balance).add(1), _account(balance=6)),
    "subtract": (at(Account.balance).subtract(1), _account(balance=4)),
    "append": (at(Account.notes).append("2"), _account(notes=["1", "2"])),
    "prepend": (at(Account.notes).prepend("0"), _account(notes=["0", "1"])),
    "assign_past_the_end": (at(Account.notes[7]).assign("2"), _account(notes=["1", "2"])),
    "remove_position": (at(Account.notes[0]).remove(), _account(notes=[])),
}

SIMPLE_UPDATES = (
    *(
        Operation(f"update_{name}", _updating(change), CHANGED, before=(ADA,), after=after)
        for name, (change, after) in ABSOLUTE_CHANGES.items()
    ),
    *(
        Operation(f"update_{name}", _updating(change), CHANGED, ONCE, before=(ADA,), after=after)
        for name, (change, after) in RELATIVE_CHANGES.items()
    ),
    Operation(
        "update_assign_and_add",
        _updating(at(Account.name).assign("Eve"), at(Account.balance).add(1)),
        CHANGED,
        ONCE,
        before=(ADA,),
        after=_account(name="Eve", balance=6),
    ),
    Operation("update_nothing_assign", _updating(at(Account.name).assign("Eve")), NotFound),
    Operation("update_nothing_add", _updating(at(Account.balance).add(1)), NotFound, ONCE),
    Operation(
        "update_assign_returning_new",
        lambda db: db.repository(ACCOUNTS).update(
            "a", at(Account.name).assign("Eve"), returning="new"
        ),
        WriteResult(existed=True, new=_account(name="Eve")[0]),
        before=(ADA,),
        after=_account(name="Eve"),
    ),
    Operation(
        "update_assign_returning_old",
        lambda db: db.repository(ACCOUNTS).update(
            "a", at(Account.name).assign("Eve"), returning="old"
        ),
        WriteResult(existed=True, old=ADA),
        before=(ADA,),
        after=_account(name="Eve"),
        lost=OutcomeUnknown,
    ),
    Operation(
        "update_add_returning_new",
        lambda db: db.repository(ACCOUNTS).update("a", at(Account.balance).add(1), returning="new"),
        WriteResult(existed=True, new=_account(balance=6)[0]),
        ONCE,
        before=(ADA,),
        after=_account(balance=6),
    ),
)

GUARDED_UPDATES = (
    Operation(
        # It no longer holds after the change, so a second execution is refused.
        "update_assign_only_if_before",
        lambda db: db.repository(ACCOUNTS).update(
            "a", at(Account.name).assign("Eve"), only_if=Account.name == "Ada"
        ),
        CHANGED,
        ITSELF,
        before=(ADA,),
        after=_account(name="Eve"),
        lost=OutcomeUnknown,
    ),
    Operation(
        "update_assign_only_if_before_and_after",
        lambda db: db.repository(ACCOUNTS).update(
            "a", at(Account.name).assign("Eve"), only_if=Account.balance == 5
        ),
        CHANGED,
        ITSELF,
        before=(ADA,),
        after=_account(name="Eve"),
    ),
    Operation(
        "update_assign_only_if_false",
        lambda db: db.repository(ACCOUNTS).update(
            "a", at(Account.name).assign("Eve"), only_if=Account.balance == 7
        ),
        ConditionFailed,
        ITSELF,
        before=(ADA,),
    ),
    Operation(
        "update_add_only_if",
        lambda db: db.repository(ACCOUNTS).update(
            "a", at(Account.balance).add(1), only_if=Account.balance == 5
        ),
        CHANGED,
        ONCE,
        before=(ADA,),
        after=_account(balance=6),
    ),
)

VERSIONED_UPDATES = (
    Operation(
        "update_assign_version",
        _versioned(at(Document.text).assign("two")),
        CHANGED,
        ITSELF,
        before=(FIRST,),
        after=_document(text="two"),
        tables=(DOCUMENTS,),
    ),
    Operation(
        "update_assign_version_returning_new",
        lambda db: db.repository(DOCUMENTS).update(
            "d", at(Document.text).assign("two"), version=1, returning="new"
        ),
        WriteResult(existed=True, new=_document(text="two")[0]),
        ITSELF,
        before=(FIRST,),
        after=_document(text="two"),
        tables=(DOCUMENTS,),
    ),
    Operation(
        "update_assign_version_returning_old",
        lambda db: db.repository(DOCUMENTS).update(
            "d", at(Document.text).assign("two"), version=1, returning="old"
        ),
        WriteResult(existed=True, old=FIRST),
        ITSELF,
        before=(FIRST,),
        after=_document(text="two"),
        tables=(DOCUMENTS,),
        lost=OutcomeUnknown,
    ),
    Operation(
        "update_assign_stale_version",
        _versioned(at(Document.text).assign("three")),
        VersionConflict,
        ITSELF,
        before=(SECOND,),
        tables=(DOCUMENTS,),
    ),
    Operation(
        # Others wrote twice since; the first attempt may have been between them.
        "update_assign_version_long_past",
        _versioned(at(Document.text).assign("four")),
        VersionConflict,
        ITSELF,
        before=(THIRD,),
        tables=(DOCUMENTS,),
        lost=OutcomeUnknown,
        in_doubt=OutcomeUnknown,
    ),
    Operation(
        "update_add_version",
        _versioned(at(Document.count).add(1)),
        CHANGED,
        ITSELF,
        before=(FIRST,),
        after=_document(count=1),
        tables=(DOCUMENTS,),
        lost=OutcomeUnknown,
    ),
    Operation(
        "update_append_version",
        _versioned(at(Document.notes).append("1")),
        CHANGED,
        ITSELF,
        before=(FIRST,),
        after=_document(notes=["1"]),
        tables=(DOCUMENTS,),
        lost=OutcomeUnknown,
    ),
    Operation(
        "update_add_stale_version",
        _versioned(at(Document.count).add(1)),
        VersionConflict,
        ITSELF,
        before=(SECOND,),
        tables=(DOCUMENTS,),
        lost=OutcomeUnknown,
        in_doubt=OutcomeUnknown,
    ),
    Operation(
        # The version itself is raised by one, whatever it is.
        "update_assign_any_version",
        lambda db: db.repository(DOCUMENTS).update(
            "d", at(Document.text).assign("two"), version=ANY_VERSION
        ),
        CHANGED,
        ONCE,
        before=(FIRST,),
        after=_document(text="two"),
        tables=(DOCUMENTS,),
    ),
)

BEGUN = Session(id="s", text="new", hits=1)
REVIVED: WriteResult[Session] = WriteResult(existed=False)

BEGINNING_UPDATES = (
    Operation(
        "update_or_create_assign",
        lambda db: db.repository(ACCOUNTS).update_or_create("a", at(Account.name).assign("Ada")),
        WriteResult(),
        after=(Account(id="a", name="Ada"),),
    ),
    Operation(
        "update_or_create_assign_to_one_that_is_there",
        lambda db: db.repository(ACCOUNTS).update_or_create("a", at(Account.name).assign("Eve")),
        WriteResult(),
        before=(ADA,),
        after=_account(name="Eve"),
    ),
    Operation(
        "update_or_create_add",
        lambda db: db.repository(ACCOUNTS).update_or_create("a", at(Account.balance).add(1)),
        WriteResult(),
        ONCE,
        after=(Account(id="a", balance=1),),
    ),
    Operation(
        "update_expired",
        lambda db: db.repository(SESSIONS).update("s", at(Session.text).assign("new")),
        NotFound,
        before=(EXPIRED,),
        tables=(SESSIONS,),
    ),
    Operation(
        "update_or_create_expired_assign_what_it_had",
        lambda db: db.repository(SESSIONS).update_or_create("s", at(Session.text).assign("then")),
        REVIVED,
        (Resend.SAFE, Resend.RECOGNISES_ITSELF),
        before=(EXPIRED,),
        after=(Session(id="s", text="then"),),
        tables=(SESSIONS,),
        requests=2,
    ),
    Operation(
        # Who let it expire then cannot be told.
        "update_to_expired",
        lambda db: db.repository(SESSIONS).update(
            "s", at(Session.expires_at).assign(EXPIRED.expires_at)
        ),
        CHANGED,
        ITSELF,
        before=(LIVING,),
        after=(LIVING.model_copy(update={"expires_at": EXPIRED.expires_at}),),
        tables=(SESSIONS,),
        lost=OutcomeUnknown,
    ),
    Operation(
        # Refused for what has expired, then put in its place.
        "update_or_create_expired_assign",
        lambda db: db.repository(SESSIONS).update_or_create("s", at(Session.text).assign("new")),
        REVIVED,
        (Resend.SAFE, Resend.RECOGNISES_ITSELF),
        before=(EXPIRED,),
        after=(Session(id="s", text="new"),),
        tables=(SESSIONS,),
        requests=2,
    ),
    Operation(
        "update_or_create_expired_add",
        lambda db: db.repository(SESSIONS).update_or_create(
            "s", at(Session.text).assign("new"), at(Session.hits).add(1)
        ),
        REVIVED,
        (Resend.UNKNOWN, Resend.RECOGNISES_ITSELF),
        before=(EXPIRED,),
        after=(BEGUN,),
        tables=(SESSIONS,),
        requests=2,
    ),
)

UPDATES = (*SIMPLE_UPDATES, *GUARDED_UPDATES, *VERSIONED_UPDATES, *BEGINNING_UPDATES)
