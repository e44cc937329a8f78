"""Made-up values: plausible ones for an annotation, the most plausible first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from ..._dataclass import dataclass
from ...model.translation.annotations import (
    bare,
    is_union,
    members_of,
    metadata_of,
    unaliased,
)
from .constraints import Limits, limits_of

Nested: TypeAlias = Callable[[type[BaseModel]], Iterator[Any]]
"""Yields an example of a nested model, or nothing inside of that model itself."""

_SOME_NUMBER = Decimal("12.5")
_SOME_UUID = UUID("6f1c2a9e-4b7d-4c58-9a3e-2d5b8f0c7a14")
_OTHER_TEXTS = (
    "ada@example.com",
    "https://example.com/",
    "192.0.2.1",
    "2025-01-15",
    "EUR",
    "EU",
    "E",
    "eu",
    "e",
    "1",
    "12",
    "123",
    "12345",
    str(_SOME_UUID),
    "ab" * 32,
    "0.0.1",
    "+41445550123",
)
"""For texts that a pattern, or a type of the user, restricts."""

_MOST = 40
"""Candidates that are looked at for an element of a list."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a value is made up for."""

    name: str
    limits: Limits
    now: datetime
    nested: Nested

    def inside(self, name: str) -> _Wanted:
        """What the elements of a container are made up for."""
        return _Wanted(name, Limits(), self.now, self.nested)


def made_up_values(
    name: str, annotation: Any, metadata: Sequence[Any], now: datetime, nested: Nested
) -> Iterator[Any]:
    """Values for a field called `name`; the first that its type accepts is its example."""
    limits = limits_of([*metadata, *metadata_of(annotation)])
    yield from _values(annotation, _Wanted(name, limits, now, nested))


def _values(annotation: Any, wanted: _Wanted) -> Iterator[Any]:
    annotation = unaliased(annotation)
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        limits = limits_of(metadata) if wanted.limits == Limits() else wanted.limits
        yield from _values(inner, _Wanted(wanted.name, limits, wanted.now, wanted.nested))
    elif is_union(annotation):
        members = [member for member in get_args(annotation) if member is not type(None)]
        for member in members:
            yield from _values(member, wanted)
    elif get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif members_of(annotation):
        yield _structure(annotation, wanted)
    else:
        yield from _of_kind(annotation, wanted)


def _structure(annotation: Any, wanted: _Wanted) -> Any:
    """A dataclass, a typed dictionary or a named tuple, as pydantic takes it: by its fields."""
    found = {name: _one(kind, wanted.inside(name)) for name, kind in members_of(annotation).items()}
    is_tuple = bare(annotation).is_a(tuple)
    return tuple(found.values()) if is_tuple else found


def _one(annotation: Any, wanted: _Wanted) -> Any:
    return next(_values(annotation, wanted), None)


def _of_kind(annotation: Any, wanted: _Wanted) -> Iterator[Any]:
    kind = bare(annotation)
    if kind.is_a(Enum):
        yield from kind.kind
    elif kind.is_a(BaseModel):
        yield from wanted.nested(kind.kind)
    elif kind.is_a(bool):
        yield from (True, False)
    elif kind.is_a(int, float, Decimal):
        yield from _numbers(wanted.limits, is_whole=kind.is_a(int))
    elif kind.is_a(datetime):
        yield wanted.now
    elif kind.is_a(date, time, timedelta, UUID):
        yield _of_library(kind.kind, wanted.now)
    elif kind.is_a(bytes):
        yield from _texts(wanted, lambda text: text.encode())
    elif kind.is_list or kind.is_a(Set):
        yield from _lists(kind.holds, wanted, is_tuple=kind.is_tuple)
    elif kind.is_a(Mapping):
        yield from _maps(kind.holds, wanted)
    else:
        yield from _texts(wanted, str)
        if not kind.is_a(str):
            yield from (wanted.now, True, [], {}, 1, 1.5)


def _of_library(kind: type, now: datetime) -> Any:
    if issubclass(kind, date):
        return now.date()
    if issubclass(kind, time):
        return now.time()
    return timedelta(hours=1) if issubclass(kind, timedelta) else _SOME_UUID


def _numbers(limits: Limits, *, is_whole: bool) -> Iterator[Any]:
    for number in limits.numbers(_SOME_NUMBER):
        yield int(number) if is_whole else number


def _texts(wanted: _Wanted, make: Callable[[str], Any]) -> Iterator[Any]:
    words = wanted.name.strip("_").replace("_", "-") or "text"
    stem = words.removesuffix("-id") if words != "id" else words
    for text in (f"{stem}-1", stem, *_OTHER_TEXTS):
        yield make(wanted.limits.fitting(text))


def _lists(holds: Sequence[Any], wanted: _Wanted, *, is_tuple: bool) -> Iterator[Any]:
    inner = wanted.inside(_singular(wanted.name))
    if is_tuple:
        yield [_one(kind, inner) for kind in holds]
        return
    least = max(1, int(wanted.limits.shortest or 0))
    element = holds[0] if holds else str
    for first in _few(_values(element, inner)):
        yield [first]
    yield list(_few(_distinct(_values(element, inner)), least))
    yield []


def _maps(holds: Sequence[Any], wanted: _Wanted) -> Iterator[Any]:
    inner = wanted.inside(_singular(wanted.name))
    key, value = holds if len(holds) == 2 else (str, str)
    for name in _few(_values(key, inner)):
        for item in _few(_values(value, inner)):
            yield {name: item}
    yield {}


def _few(values: Iterable[Any], most: int = _MOST) -> Iterator[Any]:
    return islice(values, most)


def _distinct(values: Iterable[Any]) -> Iterator[Any]:
    seen: list[Any] = []
    for value in values:
        if value not in seen:
            seen.append(value)
            yield value


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
