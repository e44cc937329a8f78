"""Objects of a database by what their SQL names: each is made after those that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .facts import Value

KINDS = (
    "materialized view",
    "composite type",
    "view",
    "function",
    "procedure",
    "trigger",
    "domain",
    "sequence",
)
"""The kinds of objects, as their names begin among the facts."""

CALLED = ("function", "procedure")
BEFORE_TABLES = ("domain", "composite type", "sequence")
"""The kinds that columns use."""

IN_PLACE_OF = "in place of "
"""Before the name of a function that has other parameters than the declared one of its name."""


def kind_and_name(name: str) -> tuple[str, str]:
    """`materialized view totals` in two; of a function the name has the types of its parameters."""
    kind = next(one for one in KINDS if name.startswith(f"{one} "))
    return kind, name.removeprefix(f"{kind} ")


def is_named(name: str, text: str) -> bool:
    """Whether SQL names an object: a function by a call."""
    kind, called = kind_and_name(name)
    if kind == "trigger":  # which no SQL calls, and whose function often has its name
        return False
    word = rf"(?<![\w$]){re.escape(called.partition('(')[0])}(?![\w$])"
    found = rf'{word}"?\s*\(' if kind in CALLED else word
    return re.search(found, text, re.IGNORECASE) is not None


def by_mention(objects: Mapping[str, Value]) -> list[str]:
    """The names of objects in an order in which each stands after those that its own SQL names,
    and otherwise as they are; of those that name each other, as they are."""
    texts = {name: f"{name.partition('(')[2]} {words(value)}" for name, value in objects.items()}
    ordered: dict[str, None] = {}
    entered: set[str] = set()

    def visit(name: str) -> None:
        if name in entered:
            return
        entered.add(name)
        for other in texts:
            if other != name and is_named(other, texts[name]):
                visit(other)
        ordered[name] = None

    for name in sorted(texts, key=lambda one: kind_and_name(one)[0] not in BEFORE_TABLES):
        visit(name)
    return list(ordered)


def before_tables(objects: Mapping[str, Value], text: str) -> list[str]:
    """The objects that are made before tables, in order: types, sequences, and the functions that
    they or the tables call. text: what the tables' own SQL says."""
    found = [name for name in by_mention(objects) if kind_and_name(name)[0] in BEFORE_TABLES]
    said = " ".join([text, *(words(objects[name]) for name in found)])
    wanted = {name for name in objects if kind_and_name(name)[0] in CALLED}
    while called := {name for name in wanted if is_named(name, said)}:
        wanted -= called
        found += called
        said = " ".join(words(objects[name]) for name in called)
    return [name for name in by_mention(objects) if name in found]


def words(value: Value) -> str:
    """All that a fact says, as one text."""
    return " ".join(_words(value))


def _words(value: Value) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _words(part)
    elif value is not None:
        yield str(value)
