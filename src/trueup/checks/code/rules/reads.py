"""Queries and scans: what they read, and whether an index serves them."""

from __future__ import annotations

from collections.abc import Iterator

from ....schema.facts import Unknown
from ...problem import Problem
from ...rule import Rule
from ..uses import Declared, Keys, Use
from .catalogue import FILTER, NO_INDEX, NOT_A_KEY, REVERSE, SCAN, UNBOUNDED
from .tables import Known, shown

_READS = frozenset({"query", "scan", "partiql_select"})


def read_problems(use: Use, known: Known) -> Iterator[Problem]:
    """What is wrong with a read. known: the declared tables."""
    declared = known.find(use.table)
    if use.operation == "scan":
        yield from _scan(use, declared)
    if use.operation == "query" and _is_unbounded(use):
        yield _at(use, UNBOUNDED, f"the query of {_table(use)} stands in a loop without a Limit")
    if declared is None or use.operation not in _READS:
        return
    if isinstance(use.index, str) and not _has_index(declared, use.index):
        names = ", ".join(name for name, _ in declared.indexes or ()) or "none"
        what = f"{_table(use)} has no index {use.index}; declared: {names}"
        yield _at(use, NO_INDEX, what)
    elif use.operation == "query":
        yield from _key_condition(use, declared)
        yield from _filtered_key(use, declared)


def _at(use: Use, rule: Rule, what: str) -> Problem:
    return rule.problem(what, file=use.site.file, line=use.site.line, of=_table(use))


def _table(use: Use) -> str:
    return "a table" if isinstance(use.table, Unknown) else shown(use.table)


def _scan(use: Use, declared: Declared | None) -> Iterator[Problem]:
    against = [name for name in _equal(use) if declared and _serves(declared, name) == "reverse"]
    if against:
        what = f"the scan of {_table(use)} asks by {against[0]}, which is a sort key"
        yield _at(use, REVERSE, what)
        return
    names = ", ".join(use.expression("FilterExpression").names)
    yield _at(
        use, SCAN, f"{_table(use)} is scanned" + (f", with a filter on {names}" if names else "")
    )


def _equal(use: Use) -> list[str]:
    return [name for name, sign in use.expression("FilterExpression").attributes if sign == "="]


def _serves(declared: Declared, name: str) -> str:
    """What an attribute is: `partition` of the table or an index, `reverse` if only sorted by."""
    keys = [declared.keys, *(keys for _, keys in declared.indexes or ())]
    if any(one and one.partition == name for one in keys):
        return "partition"
    return "reverse" if declared.keys and declared.keys.sort == name else ""


def _is_unbounded(use: Use) -> bool:
    return bool(use.loops) and use.is_whole and not use.via and "Limit" not in use.arguments


def _has_index(declared: Declared, name: str) -> bool:
    return declared.indexes is None or any(one == name for one, _ in declared.indexes)


def _keys(use: Use, declared: Declared) -> Keys | None:
    if use.index is None:
        return declared.keys
    found = [keys for name, keys in declared.indexes or () if name == use.index]
    return found[0] if found else None


def _key_condition(use: Use, declared: Declared) -> Iterator[Problem]:
    keys, condition = _keys(use, declared), use.expression("KeyConditionExpression")
    if keys is None:
        return
    strange = [name for name in condition.names if name not in (keys.partition, keys.sort)]
    asked = [name for name, sign in condition.attributes if sign == "="]
    is_reverse = condition.is_whole and asked and keys.partition not in condition.names
    if use.index is None and is_reverse and (keys.sort in asked or _serves(declared, asked[0])):
        what = f"the query of {_table(use)} asks by {asked[0]}, and names no index"
        yield _at(use, REVERSE, what)
    elif strange:
        place = f"the index {use.index} of {_table(use)}" if use.index else _table(use)
        what = f"the key condition names {strange[0]}, which is no key of {place}"
        yield _at(use, NOT_A_KEY, what)


def _filtered_key(use: Use, declared: Declared) -> Iterator[Problem]:
    keys = _keys(use, declared)
    for name in _equal(use):
        own = keys is not None and name == keys.sort
        if own or (
            _serves(declared, name) == "partition" and (keys is None or name != keys.partition)
        ):
            what = f"the query of {_table(use)} filters by {name}, which is a key"
            yield _at(use, FILTER, what)
            return
