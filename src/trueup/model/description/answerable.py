"""The proof that an access pattern can be answered: keys, order and projection agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..declarations.patterns import AccessPattern
from ..keys.sort_values import parts_of_key
from .tables import IndexDescription, KeyAttribute, TableDescription


def unanswerable(pattern: AccessPattern, table: TableDescription) -> list[str]:
    """The reasons why `pattern` cannot be answered, with a cure; empty if it can."""
    name = f"pattern {pattern.name!r}"
    if pattern.index is not None and pattern.index not in table.indexes:
        known = ", ".join(table.indexes) or "none"
        return [f"{name}: there is no index {pattern.index!r}; the indexes are: {known}"]
    index = table.index(pattern.index)
    partition = index.partition if index else (table.partition,)
    sort = index.sort if index else table.key[1:]
    given = pattern.given or tuple(key.name for key in partition)
    parts = {key.name: parts_of_key(table, key) for key in (*partition, *sort)}
    asked_by, sorted_by = (_asked(keys, parts, given) for keys in (partition, sort))
    found = _key_problems(pattern, given, asked_by, sorted_by)
    if misasked := _example_problems(pattern, given):
        return [f"{name}: {problem}" for problem in misasked]
    found += _projection_problems(pattern, table, index)
    if found and not isinstance(index, IndexDescription):
        found[-1] += f"; {_suggestion(pattern, given, table)}"
    return [f"{name}: {problem}" for problem in found]


def _asked(
    keys: Sequence[KeyAttribute], parts: Mapping[str, Sequence[str]], given: Sequence[str]
) -> list[str]:
    """The names that keys are asked by: their own, or those of their parts if one is given."""
    return [
        name
        for key in keys
        for name in (parts[key.name] if set(parts[key.name]) & set(given) else [key.name])
    ]


def _key_problems(
    pattern: AccessPattern,
    given: tuple[str, ...],
    partition: Sequence[str],
    sort: Sequence[str],
) -> list[str]:
    """The problems with what is given. partition, sort: names of key fields, or of their parts."""
    where = f"index {pattern.index!r}" if pattern.index else "the table"
    missing = [name for name in partition if name not in given]
    if missing:
        return [f"{where} needs a value for {', '.join(missing)}, which the pattern does not give"]
    extra = [name for name in given if name not in partition]
    names = list(sort)
    if extra != names[: len(extra)]:
        return [
            f"{where} cannot look up by {', '.join(extra)}; after its partition it is sorted by "
            f"{', '.join(names) or 'nothing'}"
        ]
    following = names[len(extra) : len(extra) + 1]
    if pattern.sorted_by is not None and [pattern.sorted_by] != following:
        return [f"{where} is not sorted by {pattern.sorted_by!r}"]
    return []


def _example_problems(pattern: AccessPattern, given: tuple[str, ...]) -> list[str]:
    return [
        f"an example gives {len(example.values)} values for {', '.join(given)}"
        for example in pattern.examples
        if not isinstance(example.given, Mapping) and len(example.values) != len(given)
    ]


def _projection_problems(
    pattern: AccessPattern, table: TableDescription, index: IndexDescription | None
) -> list[str]:
    attributes = {field.name: field.attribute for field in table.attributes}
    unknown = [name for name in pattern.needs if name not in attributes]
    if unknown:
        return [f"it needs {', '.join(unknown)}, which is no field"]
    if index is None or index.projection is None:
        return []
    needed = pattern.needs or tuple(attributes)
    lacking = [name for name in needed if attributes[name] not in index.projection]
    if lacking:
        return [f"index {index.name!r} does not project {', '.join(lacking)}"]
    return []


def _suggestion(pattern: AccessPattern, given: Sequence[str], table: TableDescription) -> str:
    """The index that answers the pattern, or the declaration of an index that would."""
    for index in table.indexes.values():
        names = [[key.name for key in keys] for keys in (index.partition, index.sort)]
        if not _key_problems(pattern, tuple(given), *names):
            return f"index={index.name!r} answers it"
    sort = f", sort={pattern.sorted_by!r}" if pattern.sorted_by else ""
    partition = repr(given[0]) if len(given) == 1 else repr(tuple(given))
    name = "".join(part.title() for part in given[0].split("_")) + "Index"
    return f"Index({name!r}, partition={partition}{sort}) would answer it"
