"""Scaling: units of a table that follow its load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY

from ..._dataclass import dataclass
from ..._kinds import field_misfits

TARGET_PERCENT = 70
TARGETS_PERCENT = (20, 90)
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html"""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Provisioned units that follow the load, between two bounds.

    least, most: units per second. target_percent: the part of the units that is in use when nothing
        changes, 20 to 90.
    """

    _: KW_ONLY
    least: int
    most: int
    target_percent: int = TARGET_PERCENT

    def problems(self, units: str, first: int | None) -> Iterator[str]:
        """What AWS would refuse. units: the option with those of a new table; first: its value."""
        kinds = list(field_misfits(self))
        yield from kinds or self._problems(units, first)

    def _problems(self, units: str, first: int | None) -> Iterator[str]:
        least, most = TARGETS_PERCENT
        if not 1 <= self.least <= self.most:
            yield f"scaling from least={self.least} to most={self.most} is no range from 1 up"
        elif first is not None and not self.least <= first <= self.most:
            yield f"{units}={first} is not within its scaling, {self.least} to {self.most}"
        if not least <= self.target_percent <= most:
            yield f"target_percent={self.target_percent} is not {least} to {most}"
