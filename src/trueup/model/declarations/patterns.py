"""Access patterns: the questions that a table answers, proved answerable at import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ..._dataclass import dataclass
from ...expressions.condition import Condition
from .indexes import as_names

Order = Literal["ascending", "descending"]


@dataclass(frozen=True, slots=True)
class Example:
    """An access pattern asked with values, for documentation.

    given: the value of the pattern's field; of several, a tuple; of a composed key, also a mapping
        of the names of its parts to their values.
    sort, limit: as for a query. description: the question in words.
    """

    given: Any
    sort: Condition | bool | None = None
    limit: int | None = None
    description: str = ""

    @property
    def values(self) -> tuple[Any, ...]:
        """The given values, in the order of the pattern's fields."""
        return self.given if isinstance(self.given, tuple) else (self.given,)


@dataclass(frozen=True, slots=True)
class AccessPattern:
    """A named question.

    by: the fields that a caller gives values for; by default, the partition fields of the index
        or table.
    index: the index that answers the question; by default, the table itself.
    sorted_by: the field that orders the answer, if the order matters.
    order: the order of the answer.
    needs: the fields that the answer must hold; by default, all fields.
    description: the question in words, for reports and documentation.
    examples: the question with values; without any, documentation makes up one.
    """

    name: str
    index: str | None = None
    by: str | Sequence[str] | None = None
    sorted_by: str | None = None
    order: Order = "ascending"
    needs: Sequence[str] = ()
    description: str = ""
    examples: Sequence[Example] = ()

    @property
    def given(self) -> tuple[str, ...]:
        """The fields named in `by`."""
        return as_names(self.by)
