"""Retention: how long items are kept, as a declared fact of their expiry."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic.fields import FieldInfo

from ..._dataclass import dataclass
from ..._kinds import checks_kinds
from ..translation.annotations import metadata_of
from .fields import expires_in


@dataclass(frozen=True, slots=True)
class Kept:
    """The time for which items are kept.

    after: the field with the instant from which it counts; empty for the instant of the write.
    """

    duration: timedelta
    after: str = ""

    def until(self, start: datetime | None = None) -> datetime:
        """The expiry of an item whose time begins at `start`; None is now.

        Raises InvalidCall for an instant after the year 9999, or a `start` without time zone.
        """
        return expires_in(seconds=self.duration.total_seconds(), now=start)


@checks_kinds(fix='call it as kept(days=90, after="created_at")')
def kept(*, days: float = 0, hours: float = 0, after: str = "") -> Kept:
    """Declare how long items are kept: `Annotated[ExpiresAt, kept(days=90, after="created_at")]`.

    It is documented, and `until()` gives the expiry of an item; it sets nothing by itself, as each
    item may have another expiry.
    """
    return Kept(timedelta(days=days, hours=hours), after)


def kept_of(field: FieldInfo) -> Kept | None:
    """The declared retention of a field; None if there is none."""
    metadata: list[Any] = [*field.metadata, *metadata_of(field.annotation)]
    return next((item for item in metadata if isinstance(item, Kept)), None)
