"""Hazards of changes of relational tables: what is lost, read or written anew, and who waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .changes import ChangePart, RenamePart
from .conversions import is_same_for_all, keeps_rows, loses
from .facts import Value
from .hazard import Allowance, Hazard, HazardCode
from .severity import Severity


def of_part(change: ChangePart) -> Iterator[Hazard]:
    """The hazards of a change of one part of a table."""
    fact = change.path[0]
    if change.after is None:
        yield from _of_drop(change)
    elif fact == "columns" and isinstance(change.after, Mapping):
        yield from _of_column(change, change.after)
    elif fact == "constraints":
        yield from _of_constraint(change, str(change.after))
    elif fact == "objects" and isinstance(change.after, Mapping):
        yield from _of_fields(change, change.after)
    elif fact == "types" and change.before is not None:
        yield from _of_labels(change)


def of_rename(change: RenamePart) -> Iterator[Hazard]:
    """The hazards of a new name. Names of constraints and indexes are in nobody's statements."""
    if change.path[0] in ("columns", "types"):
        yield Hazard(
            HazardCode.NAME_CHANGES,
            Severity.HIGH,
            f"{change.what} is called {change.path[-1]} from then on: statements of programs that "
            "still say the former name fail",
        )


def _of_drop(change: ChangePart) -> Iterator[Hazard]:
    if change.is_declared:
        if str(change.before).startswith("FOREIGN KEY"):
            yield Hazard(
                HazardCode.REFERENCE_GAP,
                Severity.MEDIUM,
                f"{change.what} is dropped, and made again when what it refers to has changed: "
                "rows that refer to nothing are not refused in between, and are found when it is "
                "proved",
            )
        return
    text = f"{change.what} of {change.schema.name} is not declared: it is dropped"
    severity = Severity.MEDIUM
    if change.path[0] == "columns":
        severity = Severity.CRITICAL
        yield Hazard(
            HazardCode.COLUMN_DROPPED,
            Severity.CRITICAL,
            f"the values of {change.what} are lost; no copy is made. If it has another name now, "
            "say so by renamed_from=",
            Allowance.DATA_LOSS,
        )
    if change.path[0] == "row_security":
        severity = Severity.CRITICAL
        yield Hazard(
            HazardCode.SECURITY_ENDS,
            Severity.CRITICAL,
            f"rows that {change.what} kept apart can be read and changed by others",
            Allowance.DATA_LOSS,
        )
    yield Hazard(HazardCode.UNDECLARED, severity, text, Allowance.PRUNE)


def _of_fields(change: ChangePart, after: Mapping[str, Value]) -> Iterator[Hazard]:
    """What a composite type loses."""
    lost = change.before.get("others") if isinstance(change.before, Mapping) else None
    if "others" in after and lost and "composite type" in change.path[-1]:
        named = ", ".join(_labels(lost))
        yield Hazard(
            HazardCode.COLUMN_DROPPED,
            Severity.CRITICAL,
            f"the values of {named} are lost in each {change.path[-1]}; no copy is made",
            Allowance.DATA_LOSS,
        )


def _of_column(change: ChangePart, after: Mapping[str, Value]) -> Iterator[Hazard]:
    before = change.before if isinstance(change.before, Mapping) else None
    given = after.get("default") or after.get("generated") or after.get("identity")
    if before is None and after.get("required") and not given:
        yield Hazard(
            HazardCode.NO_VALUE,
            Severity.HIGH,
            f"{change.what} is required and has no default: it is added only if the table is "
            "empty, since rows that are there have no value for it",
        )
    if before is not None and after.get("required"):
        yield _scan(f"all rows are read, to see that they have the {change.what}")
    if before is None:
        why = _rewrite_of_new(after)
        if why:
            yield _rewrite(f"{why}, so that all rows are written anew")
        return
    yield from _of_type(change, before, after)
    if after.get("generated") or after.get("identity"):
        yield _rewrite(f"{change.what} is computed for all rows, which are written anew")
    if before.get("generated") is None and after.get("generated"):
        yield _lost(f"the values of {change.what} are replaced by computed ones")


def _rewrite_of_new(column: Mapping[str, Value]) -> str:
    if column.get("generated"):
        return "it is computed for each row"
    if column.get("identity"):
        return "it is numbered for each row"
    if column.get("default") and not is_same_for_all(str(column["default"])):
        return f"{column['default']} is another value for each row"
    return ""


def _of_type(
    change: ChangePart, before: Mapping[str, Value], after: Mapping[str, Value]
) -> Iterator[Hazard]:
    if "type" not in after:
        return
    old, new = str(before["type"]), str(after["type"])
    types = change.schema.facts.get("types")
    if loses(old, new, types if isinstance(types, Mapping) else ()):
        yield _lost(f"values of {change.what} may lose a part when {old} becomes {new}")
    if not keeps_rows(old, new):
        yield _rewrite(f"{old} becomes {new}: all rows are written or read anew")


def _of_constraint(change: ChangePart, text: str) -> Iterator[Hazard]:
    if text.startswith("EXCLUDE"):
        yield Hazard(
            HazardCode.WRITES_WAIT,
            Severity.HIGH,
            f"{change.what}: PostgreSQL builds it under a lock only, and reads and writes wait",
        )
    else:
        yield _scan(f"all rows are read, to see that they keep the {change.what}")


def _of_labels(change: ChangePart) -> Iterator[Hazard]:
    before, after = _labels(change.before), _labels(change.after)
    if is_extended(before, after):
        return
    removed = ", ".join(one for one in before if one not in after) or "none, but their order"
    yield Hazard(
        HazardCode.LABEL_REMOVED,
        Severity.HIGH,
        f"{change.what} is made anew; what would go: {removed}. Rows that hold it are counted, "
        "and refused; statements of programs that say it fail from then on. If it has another "
        "name now, say so by labels_renamed_from=",
    )
    yield _rewrite(f"columns of {change.what} become columns of the new one: all rows are written")
    yield Hazard(
        HazardCode.WRITES_WAIT,
        Severity.HIGH,
        f"all tables with {change.what} are changed in one transaction: reads and writes of all of "
        "them wait until it ends",
    )


def is_extended(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether labels were only added to a type, wherever."""
    return [label for label in after if label in before] == list(before)


def _labels(value: Value) -> list[str]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(one) for one in value]
    return []


def _scan(text: str) -> Hazard:
    return Hazard(HazardCode.TABLE_SCAN, Severity.LOW, f"{text}; reads and writes go on")


def _rewrite(text: str) -> Hazard:
    return Hazard(
        HazardCode.TABLE_REWRITE, Severity.HIGH, f"{text}, and reads and writes wait meanwhile"
    )


def _lost(text: str) -> Hazard:
    return Hazard(HazardCode.VALUES_ROUNDED, Severity.CRITICAL, text, Allowance.DATA_LOSS)
