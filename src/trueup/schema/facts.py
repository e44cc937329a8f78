"""Facts: what is said of a table, one by one: where, what, and whether it is known.

A schema becomes a tree, whose leaves are facts. Two trees are compared along the declared one, so
that a fact that a declaration does not mention is not managed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from .._dataclass import dataclass
from .._visible import visible

T = TypeVar("T")

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

Path: TypeAlias = tuple[str, ...]
"""Where a fact stands in its table: `("index", "ByStatus", "partition")`."""


def dotted(path: Path) -> str:
    """A path as people write it, everywhere: `index.ByStatus.partition`; `table` for the whole."""
    return ".".join(path) or "table"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that could not be read. why: such as the permission that lacks."""

    why: str

    def __str__(self) -> str:
        return f"unknown: {self.why}"


@dataclass(frozen=True, slots=True)
class Between:
    """A declared number that others change within bounds. first: that of something new."""

    first: int
    least: int
    most: int

    def nearest(self, found: Value) -> int:
        """The number within the bounds that is nearest to one that was found, if it is one."""
        return max(self.least, min(found, self.most)) if isinstance(found, int) else self.first

    def __str__(self) -> str:
        return f"{self.least} to {self.most}"


Value: TypeAlias = (
    "bool | int | str | Sequence[Json] | Mapping[str, Value] | Between | Unknown | None"
)
"""A known fact, an unknown one, or None: absent."""


def known(value: T | Unknown) -> T | None:
    """A fact that is known; None if it is absent or unknown."""
    return None if isinstance(value, Unknown) else value


@dataclass(frozen=True, slots=True)
class Difference:
    """A declared fact and the one found in its place. Equal, different, or not known."""

    path: Path
    declared: Value
    found: Value

    @property
    def reason(self) -> str:
        """Why the fact found is unknown; empty if it is known."""
        return self.found.why if isinstance(self.found, Unknown) else ""

    @property
    def agrees(self) -> bool:
        """Whether the fact found is known, and is the declared one, or within its bounds."""
        if isinstance(self.declared, Between):
            return self.declared.nearest(self.found) == self.found
        return not self.reason and self.declared == self.found


def compared(declared: Value, found: Value, path: Path = ()) -> Iterator[Difference]:
    """The declared facts below a path, each with the fact found in its place.

    A mapping that one side lacks is one fact. A list is one fact.
    """
    if isinstance(declared, Mapping) and isinstance(found, Mapping):
        for name, value in declared.items():
            yield from compared(value, found.get(name), (*path, name))
    else:
        yield Difference(path, declared, found)


def overlaid(facts: Value, unknown: Mapping[Path, Unknown]) -> Value:
    """A tree of facts with those in place that are not known."""
    for path in sorted(unknown, key=len):
        facts = _with(facts, path, unknown[path])
    return facts


def _with(facts: Value, path: Path, why: Unknown) -> Value:
    if not path or isinstance(facts, Unknown):
        return facts if path else why
    inner = facts if isinstance(facts, Mapping) else {}
    return {**inner, path[0]: _with(inner.get(path[0]), path[1:], why)}


def plain(value: Value) -> Json:
    """A fact as JSON, without what is unknown; mappings by sorted names."""
    if isinstance(value, Mapping):
        return {
            name: plain(value[name])
            for name in sorted(value)
            if not isinstance(value[name], Unknown)
        }
    if isinstance(value, Between):
        return str(value)
    return None if isinstance(value, Unknown) else value


def shown(value: Value) -> str:
    """A fact for people, on one line."""
    match value:
        case None:
            return "none"
        case bool():
            return "on" if value else "off"
        case Mapping():
            return (
                ", ".join(f"{visible(name)} {shown(part)}" for name, part in value.items())
                or "none"
            )
        case str() | int() | Between() | Unknown():
            return visible(str(value))
        case _:
            return ", ".join(visible(str(part)) for part in value) or "none"
