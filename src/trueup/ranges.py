"""Range: all values from a lower one up to, but not including, an upper one."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

T = TypeVar("T")

__all__ = ["Range"]


class Range(BaseModel, Generic[T]):
    """The values `lower <= value < upper`: `Range[datetime](lower=begin, upper=end)`.

    T: datetime, date, int or Decimal. lower, upper: None for no bound. A range is never empty.
    A field of this type is a column of a range type in a relational table on PostgreSQL, and a map
    everywhere else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lower: T | None = None
    upper: T | None = Field(default=None, examples=[None])

    @model_validator(mode="after")
    def _is_filled(self) -> Range[T]:
        lower: Any = self.lower
        upper: Any = self.upper
        if lower is not None and upper is not None and not lower < upper:
            raise ValueError("the upper end of a range is above its lower end")
        return self

    def __contains__(self, value: T) -> bool:
        """Whether the value is within the range."""
        lower: Any = self.lower
        upper: Any = self.upper
        return (lower is None or lower <= value) and (upper is None or value < upper)
