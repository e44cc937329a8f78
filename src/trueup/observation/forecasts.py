"""What was seen of a change on a shadow, and what that means for the live tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._dataclass import dataclass
from ..schema.engine import Step
from ..schema.hazard import Hazard
from ..schema.observing.forecast import Hold, holds, longest_wait
from ..schema.observing.hazards import observed_hazards, shown_time
from ..schema.observing.observed import Observed


@dataclass(frozen=True, slots=True)
class Changing:
    """The steps of one change, and the statements of the form that they stand for."""

    steps: Sequence[Step]

    @property
    def plain(self) -> tuple[str, ...]:
        """The statements of the plain form; none if there is no other form."""
        return tuple(sql for step in self.steps for sql in step.plain)


@dataclass(frozen=True, slots=True)
class ChangeObserved:
    """What was seen of a change. steps: of each the statements that ran. plain: the same of the
    form without CONCURRENTLY, NOT VALID and what else spares a lock. why_not: why it was not
    observed; empty if it was."""

    steps: tuple[tuple[Observed, ...], ...] = ()
    plain: tuple[Observed, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class PlanObserved:
    """What was seen of a plan. rows: about how many each live table has, as far as it is known."""

    changes: tuple[ChangeObserved, ...]
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A change that was tried. holds: what its transactions do to the live tables.

    plain: what the plain form would do to them.
    """

    seen: ChangeObserved
    holds: tuple[Hold, ...] = ()
    plain: tuple[Hold, ...] = ()

    @property
    def why_not(self) -> str:
        """Why nothing was observed; empty if something was."""
        return self.seen.why_not

    @property
    def hazards(self) -> list[Hazard]:
        """What was observed, with its code."""
        return list(observed_hazards(self.holds))

    @property
    def spared(self) -> str:
        """What the form that is taken spares those who write; empty if there is no other form, or
        it would hold them up hardly longer."""
        before, now = longest_wait(self.plain), longest_wait(self.holds)
        if not self.plain or (before is not None and now is not None and before < 2 * now):
            return ""
        waits = "they do not wait" if now == 0 else f"they wait for {shown_time(now)}"
        return f"in the plain form, writes would wait for {shown_time(before)}; {waits}"


def forecast(seen: ChangeObserved, rows: Mapping[str, int]) -> Forecast:
    """What a change will do to live tables. rows: about how many they have."""
    statements = [one for step in seen.steps for one in step]
    return Forecast(seen, tuple(holds(statements, rows)), tuple(holds(seen.plain, rows)))
