"""References that stand in the way: no key, and no type of a column, changes much below one.

They are dropped before and made again after it, in whatever table they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..changes import Change, ChangeKey, ChangePart
from ..conversions import is_alike
from ..facts import Value
from ..tables import TableSchema

Changes = Mapping[str, Sequence[Change]]


def with_references(
    declared: Mapping[str, TableSchema], live: Mapping[str, TableSchema], changes: Changes
) -> dict[str, list[Change]]:
    """The changes of each table, in which such references are dropped and added."""
    keys = {name for name, some in changes.items() for one in some if isinstance(one, ChangeKey)}
    retyped = {name for name, some in changes.items() if any(map(_retypes, some))}
    found = {name: list(some) for name, some in changes.items()}
    for name, some in found.items():
        for path, text in _references(declared[name], live[name]):
            target = next((one for one in declared if f'REFERENCES "{one}"' in text), name)
            if target in keys or not retyped.isdisjoint({target, name}):
                _part(declared[name], path, live[name], some)
    return found


def _references(declared: TableSchema, live: TableSchema) -> Iterator[tuple[str, str]]:
    """The declared references that are there, as the declaration says them."""
    there = live.facts.get("constraints")
    wanted = declared.facts.get("constraints")
    if isinstance(there, Mapping) and isinstance(wanted, Mapping):
        for name, text in wanted.items():
            if isinstance(there.get(name), str) and str(text).startswith("FOREIGN KEY"):
                yield name, str(text)


def _part(declared: TableSchema, name: str, live: TableSchema, changes: list[Change]) -> None:
    """Put a drop and a creation in the place of what changes a reference, or of nothing."""
    path = ("constraints", name)
    known = [one for one in changes if isinstance(one, ChangePart) and one.path == path]
    if any(one.after is None for one in known):
        return
    for one in known:
        changes.remove(one)
    there, wanted = _text(live, name), _text(declared, name)
    changes += [ChangePart(declared, path, there, None), ChangePart(declared, path, None, wanted)]


def _text(schema: TableSchema, name: str) -> Value:
    constraints = schema.facts["constraints"]
    return constraints.get(name) if isinstance(constraints, Mapping) else None


def _retypes(change: Change) -> bool:
    """Whether values of a column are no longer equal to what they were to other columns."""
    if not isinstance(change, ChangePart) or change.path[0] != "columns":
        return False
    before, after = change.before, change.after
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or "type" not in after:
        return False
    return not is_alike(str(before["type"]), str(after["type"]))
