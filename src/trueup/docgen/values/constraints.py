"""The constraints of a field: its range, lengths and pattern, in words and for made-up values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from ..._dataclass import dataclass

_NAMES = {
    "ge": "lowest",
    "gt": "above",
    "le": "highest",
    "lt": "below",
    "multiple_of": "step",
    "min_length": "shortest",
    "max_length": "longest",
    "pattern": "pattern",
}
"""The names of pydantic's constraints, and ours.
Source: https://docs.pydantic.dev/latest/concepts/fields/#numeric-constraints"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What values a field takes beyond their type; None for no limit. shortest, longest: of texts
    in characters, of lists in elements."""

    lowest: Any = None
    above: Any = None
    highest: Any = None
    below: Any = None
    step: Any = None
    shortest: Any = None
    longest: Any = None
    pattern: Any = None

    def words(self) -> Iterator[str]:
        """The limits in words, without Markdown; a pattern is not among them."""
        yield from self._range()
        if self.step is not None:
            yield f"a multiple of {self.step}"
        if self.shortest is not None and self.shortest == self.longest:
            yield f"length {self.shortest}"
        elif self.shortest is not None and self.longest is not None:
            yield f"length {self.shortest} to {self.longest}"
        elif self.shortest is not None:
            yield f"length {self.shortest} or more"
        elif self.longest is not None:
            yield f"length {self.longest} or less"

    def _range(self) -> Iterator[str]:
        if self.lowest is not None and self.highest is not None:
            yield f"{self.lowest} to {self.highest}"
            return
        for value, words in (
            (self.lowest, "{} or more"),
            (self.above, "more than {}"),
            (self.highest, "{} or less"),
            (self.below, "less than {}"),
        ):
            if value is not None:
                yield words.format(value)

    def numbers(self, preferred: Decimal) -> Iterator[Decimal]:
        """Numbers within the range, the most plausible first."""
        try:
            low = _decimal(self.lowest, self.above)
            high = _decimal(self.highest, self.below)
            step = Decimal(str(self.step)) if self.step else None
        except ArithmeticError:
            return
        if low is not None and high is not None:
            wanted = low + (high - low) * Decimal("0.7")
        elif low is not None:
            wanted = low + preferred
        else:
            wanted = preferred if high is None else high - preferred
        for number in (wanted, wanted.to_integral_value(), low, high):
            if number is not None:
                yield number if step is None else number // step * step
        yield wanted + 1
        if low is not None:
            yield low + 1

    def fitting(self, text: str) -> str:
        """A text of an allowed length."""
        if self.shortest is not None and text:
            text = text * -(-self.shortest // len(text)) if len(text) < self.shortest else text
        return text if self.longest is None else text[: self.longest]


def limits_of(metadata: Iterable[Any]) -> Limits:
    """The limits in a field's metadata."""
    found: dict[str, Any] = {}
    for item in _flat(metadata):
        for name, ours in _NAMES.items():
            value = getattr(item, name, None)
            if value is not None:
                found[ours] = value
    return Limits(**found)


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    """The metadata, and what a `Field(...)` in it holds."""
    for item in metadata:
        yield item
        yield from getattr(item, "metadata", ())


def _decimal(*values: Any) -> Decimal | None:
    return next((Decimal(str(value)) for value in values if value is not None), None)
