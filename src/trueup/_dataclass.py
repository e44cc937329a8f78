"""`@dataclass`: the standard decorator, with three methods made without compiling (ADR 0023)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(field_specifiers=(dataclasses.field,))
def dataclass(*, frozen: bool = False, slots: bool = False) -> Callable[[type[T]], type[T]]:
    """Like the standard decorator. Values that are not frozen have no hash."""
    make = dataclasses.dataclass(frozen=frozen, slots=slots, eq=False, repr=False)

    def decorate(declared: type[T]) -> type[T]:
        made: Any = make(declared)
        fields = dataclasses.fields(made)
        shown = [field.name for field in fields if field.repr]
        compared = [field.name for field in fields if field.compare]
        # The class twice, so that the getter returns a tuple for any number of fields.
        values = attrgetter("__class__", "__class__", *compared)

        def equals(self: T, other: object) -> bool:
            return values(self) == values(other) if type(other) is type(self) else NotImplemented

        def show(self: T) -> str:
            return f"{made.__qualname__}({', '.join(f'{n}={getattr(self, n)!r}' for n in shown)})"

        made.__eq__ = equals
        made.__hash__ = (lambda self: hash(values(self))) if frozen else None
        made.__repr__ = vars(declared).get("__repr__", show)
        kind: type[T] = made
        return kind

    return decorate
