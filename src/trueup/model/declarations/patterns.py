"""Access patterns: the questions a table is there to answer, proved answerable at import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..._dataclass import dataclass
from .indexes import as_names

Order = Literal["ascending", "descending"]


@dataclass(frozen=True, slots=True)
class AccessPattern:
    """A named question.

    by: the fields a caller gives values for. Left out, they are the partition fields of the
        index, or of the table.
    index: the index that answers it; left out, the table's own key does.
    sorted_by: the field the answer is ordered by, where the order matters.
    order: of the answer.
    needs: the fields the answer must hold; left out, all of them.
    description: the question in words; it appears in reports and documentation.
    """

    name: str
    index: str | None = None
    by: str | Sequence[str] | None = None
    sorted_by: str | None = None
    order: Order = "ascending"
    needs: Sequence[str] = ()
    description: str = ""

    @property
    def given(self) -> tuple[str, ...]:
        """The fields named in `by`."""
        return as_names(self.by)
