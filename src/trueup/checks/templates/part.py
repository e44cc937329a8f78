"""Part: a value of a template at its place, read so that what is not known is never taken as fine.

A rule that reads a value which is not known stops there, with `CannotTell`; one that is of another
kind than the property takes stops with `Misfit`. Both name the place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..._dataclass import dataclass
from ...schema.facts import Path, Unknown, dotted
from ...templates.template import Resolved, TemplateResource

_FLAGS = {"true": True, "True": True, "false": False, "False": False}
"""How CloudFormation takes booleans that are written as texts."""


class CannotTell(Exception):
    """A value that a rule needs is not known."""

    def __init__(self, part: Part, unknown: Unknown) -> None:
        super().__init__(unknown.why)
        self.part = part


class Misfit(Exception):
    """A value is of another kind than its property. expected: the kind, in words."""

    def __init__(self, part: Part, expected: str) -> None:
        super().__init__(f"{dotted(part.path)} is not {expected}")
        self.part = part


@dataclass(frozen=True, slots=True)
class Part:
    """A value below the properties of a resource; None if it is absent."""

    resource: TemplateResource
    path: Path
    value: Resolved

    def __getitem__(self, name: str) -> Part:
        """A property; absent if this is absent."""
        inside = self.known()
        if inside is not None and not isinstance(inside, Mapping):
            raise Misfit(self, "a mapping")
        return Part(
            self.resource, (*self.path, name), inside[name] if inside and name in inside else None
        )

    def at(self, *path: str) -> Part:
        """A property further down."""
        found = self
        for name in path:
            found = found[name]
        return found

    def __iter__(self) -> Iterator[Part]:
        """The elements of a list; none if it is absent. A single value is a list of one."""
        inside = self.known()
        if isinstance(inside, Mapping | str | bool | int | float):
            yield self
        elif inside is not None:
            for number, one in enumerate(inside):
                yield Part(self.resource, (*self.path, str(number)), one)

    def entries(self) -> Iterator[tuple[str, Part]]:
        """The names and parts of a mapping; none if it is absent."""
        inside = self.known()
        if inside is not None and not isinstance(inside, Mapping):
            raise Misfit(self, "a mapping")
        for name in inside or ():
            yield name, self[name]

    @property
    def is_there(self) -> bool:
        """Whether there is a value, known or not."""
        return self.value is not None

    @property
    def is_unknown(self) -> bool:
        """Whether the value is not known."""
        return isinstance(self.value, Unknown)

    def known(self) -> bool | int | float | str | list[Resolved] | Mapping[str, Resolved] | None:
        """The value. Raises CannotTell."""
        value = self.value
        if isinstance(value, Unknown):
            raise CannotTell(self, value)
        if value is None or isinstance(value, bool | int | float | str | Mapping):
            return value
        return list(value)

    def text(self) -> str:
        """A text, or a number as one; empty if it is absent."""
        value = self.known()
        if value is None:
            return ""
        if isinstance(value, list | Mapping):
            raise Misfit(self, "a text")
        return str(value).lower() if isinstance(value, bool) else str(value)

    def number(self, absent: float = 0) -> float:
        """A number, or a text that is one."""
        value = self.known()
        if value is None:
            return absent
        try:
            if isinstance(value, bool | list | Mapping):
                raise ValueError
            return float(value)
        except ValueError:
            raise Misfit(self, "a number") from None

    def flag(self, *, absent: bool = False) -> bool:
        """A boolean, or the text true or false."""
        value = self.known()
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _FLAGS:
            return _FLAGS[value]
        if value is None:
            return absent
        raise Misfit(self, "true or false")

    @property
    def line(self) -> int:
        """Its line, or that of what it would stand in."""
        return self.resource.line_of(*self.path)
