"""Hazards: coded warnings on changes. Some changes happen only if an option allows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from .changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    ChangePart,
    DropIndex,
    DropTable,
    RenamePart,
    SetFact,
    SetStream,
    SetTtl,
)
from .facts import Value
from .hazard import Allowance, Hazard, HazardCode
from .part_hazards import of_part, of_rename
from .severity import Severity
from .tables import IndexSchema, is_in_parts


def hazards_of(change: Change) -> Iterator[Hazard]:
    """The hazards of a change on an existing table that this layer owns."""
    match change:
        case AddTable():
            return
        case DropTable(schema):
            yield Hazard(
                HazardCode.UNDECLARED,
                Severity.CRITICAL,
                f"{schema.name} is dropped with its items",
                Allowance.PRUNE,
            )
        case ChangeKey() if is_in_parts(change.schema):
            yield Hazard(
                HazardCode.TABLE_SCAN,
                Severity.LOW,
                "all rows are read for the index of the new key; reads and writes go on. Rows that "
                "have the same key are refused",
            )
        case ChangeKey():
            yield _replacement("the key changes, and no engine can change it in place")
        case AddIndex() | ChangeIndex() | DropIndex():
            yield from _of_index(change)
        case SetTtl():
            yield from _of_ttl(change)
        case SetStream():
            yield from _of_stream(change)
        case SetFact():
            yield from _of_fact(change)
        case ChangePart():
            yield from of_part(change)
        case RenamePart():
            yield from of_rename(change)
        case _:
            assert_never(change)


def _of_index(change: AddIndex | ChangeIndex | DropIndex) -> Iterator[Hazard]:
    index = change.after if isinstance(change, ChangeIndex) else change.index
    if index.is_local:
        lives = "stays as long as its table"
        made = "is created with its table only"
        is_dropped = isinstance(change, DropIndex)
        yield _replacement(f"{index.name} is local, and {lives if is_dropped else made}")
    elif isinstance(change, DropIndex):
        yield Hazard(
            HazardCode.INDEX_DROPPED,
            Severity.HIGH,
            f"queries on {index.name} fail",
            Allowance.PRUNE,
        )
    elif not is_in_parts(change.schema):  # else it is built beside, and holds every row
        yield from _of_build(change, index)


def _of_build(change: AddIndex | ChangeIndex, index: IndexSchema) -> Iterator[Hazard]:
    if isinstance(change, ChangeIndex):
        yield Hazard(
            HazardCode.INDEX_GAP,
            Severity.HIGH,
            f"queries on {index.name} fail from its drop until it is built again",
        )
    yield Hazard(
        HazardCode.INDEX_LEAVES_OUT,
        Severity.MEDIUM,
        f"items whose {_names(index.attributes)} has another type, is empty or too long "
        f"are left out of {index.name}, and later writes of them are refused",
    )


def not_owned(name: str, why: str) -> Hazard:
    """The hazard of a change of a table that this layer does not own. why: says whose it is."""
    return Hazard(
        HazardCode.NOT_OWNED,
        Severity.CRITICAL,
        f"{name} is not this layer's: {why}",
        Allowance.OWN,
    )


def renamed(name: str, old: str) -> Hazard:
    """The hazard of a table that is declared as renamed, and would be created empty."""
    return Hazard(
        HazardCode.RENAMED,
        Severity.CRITICAL,
        f"{name} is {old} under a new name: its items would have to be copied, which Trueup cannot "
        "do yet; copy them yourself and then remove renamed_from=, or keep the old name",
        is_forbidden=True,
    )


def empty_table(name: str, dropped: str) -> Hazard:
    """The hazard of a new table beside one that is no longer declared."""
    return Hazard(
        HazardCode.EMPTY_TABLE,
        Severity.HIGH,
        f"{name} is created empty; if it is {dropped} under a new name, declare "
        f"renamed_from={dropped!r}",
    )


def already_there(what: str, remedy: str) -> Hazard:
    """The hazard of a deploy that makes what somebody made by hand. remedy: what to do before."""
    return Hazard(
        HazardCode.ALREADY_THERE,
        Severity.HIGH,
        f"{what} is there already, so that this deploy fails and is rolled back: {remedy}",
        is_forbidden=True,
    )


def _replacement(why: str) -> Hazard:
    return Hazard(
        HazardCode.REPLACEMENT,
        Severity.CRITICAL,
        f"{why}: the table is dropped with its items, and created empty",
        Allowance.REPLACE,
    )


def _of_ttl(change: SetTtl) -> Iterator[Hazard]:
    if change.before is not None:
        yield Hazard(
            HazardCode.EXPIRY_STOPS,
            Severity.MEDIUM,
            f"items are no longer deleted by {change.before}",
        )
    if change.after is not None:
        yield Hazard(
            HazardCode.EXPIRY_DELETES,
            Severity.CRITICAL,
            f"items whose {change.after} has passed are deleted for good, those there are included",
        )


def _of_stream(change: SetStream) -> Iterator[Hazard]:
    if change.before is None:
        return
    if change.after is None:
        yield Hazard(
            HazardCode.STREAM_ENDS,
            Severity.HIGH,
            "changes are no longer published; unread ones can be read for 24 hours",
        )
    else:
        yield Hazard(
            HazardCode.STREAM_RESTARTS,
            Severity.HIGH,
            "the stream is a new one, with a new ARN: triggers stay on the old one until they are "
            "moved, and changes in between are in neither",
        )


def _of_fact(change: SetFact) -> Iterator[Hazard]:
    before, after = change.before, change.after
    if change.name == "pitr" and _days(before) > _days(after):
        yield Hazard(
            HazardCode.RECOVERY_LOST,
            Severity.CRITICAL,
            f"points of recovery older than {_days(after)} days are lost",
            Allowance.DATA_LOSS,
        )
    if change.name == "deletion_protection" and before and not after:
        yield Hazard(
            HazardCode.PROTECTION_OFF, Severity.HIGH, "the table can be dropped from then on"
        )
    if change.name == "encryption":
        yield Hazard(
            HazardCode.KEY_CHANGES,
            Severity.HIGH,
            "who may not use the new key can no longer read the table",
        )
    if change.name == "billing" and _mode(before) != _mode(after):
        yield Hazard(
            HazardCode.BILLING_CHANGES,
            Severity.MEDIUM,
            "costs change, and the mode cannot be changed at will: AWS limits how often in a day",
        )


def _days(recovery: Value) -> int:
    """The days back that a recovery reaches."""
    days = recovery.get("days") if isinstance(recovery, Mapping) else None
    return days if isinstance(days, int) else 0


def _mode(value: Value) -> Value:
    return value.get("mode") if isinstance(value, Mapping) else value


def _names(attributes: tuple[object, ...]) -> str:
    return " or ".join(str(attribute).rpartition(" ")[0] for attribute in attributes)
