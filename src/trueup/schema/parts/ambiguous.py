"""Columns that are dropped beside new ones of the same type: perhaps one under another name.

Nobody is asked: a plan may be made where no person is. The drop is refused, and says both ways on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..changes import Change, ChangePart
from ..conversions import parsed
from ..facts import Value
from ..hazard import Hazard, HazardCode
from ..severity import Severity


def perhaps_renamed(
    changes: Iterable[Change], *, drops: bool
) -> Iterator[tuple[ChangePart, Hazard]]:
    """The changes that may be halves of a rename, each with its hazard: a drop is forbidden; if
    nothing is dropped, the new column says what it may be."""
    columns = [
        change
        for change in changes
        if isinstance(change, ChangePart) and change.path[0] == "columns"
    ]
    added = [change for change in columns if change.before is None]
    for dropped in columns:
        if dropped.after is not None or dropped.is_declared:
            continue
        alike = [one for one in added if _type(one.after) == _type(dropped.before)]
        for one in alike if not drops else ():
            yield one, _told(one, dropped)
        if alike and drops:
            yield dropped, _refused(dropped, alike)


def _type(column: Value) -> object:
    if not isinstance(column, Mapping) or column.get("generated"):
        return column
    return parsed(str(column["type"]).replace('"', ""))


def _names(one: ChangePart, dropped: ChangePart) -> str:
    return f'renamed_from={{"{one.path[-1]}": "{dropped.path[-1]}"}}'


def _told(one: ChangePart, dropped: ChangePart) -> Hazard:
    return Hazard(
        HazardCode.PERHAPS_RENAMED,
        Severity.HIGH,
        f"{one.what} is added without values; if it is {dropped.path[-1]} under a new name, "
        f"declare {_names(one, dropped)}",
    )


def _refused(dropped: ChangePart, alike: list[ChangePart]) -> Hazard:
    said = " or ".join(_names(one, dropped) for one in alike)
    return Hazard(
        HazardCode.PERHAPS_RENAMED,
        Severity.CRITICAL,
        f"{dropped.what} would be dropped beside a new one of its type, and may be that under its "
        f"former name: declare {said} to keep its values; or apply without --prune first, which "
        "adds the new one, and then with it",
        is_forbidden=True,
    )
