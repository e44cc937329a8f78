"""How a call is made: over which wire, and whether it blocks."""

from __future__ import annotations

from dataclasses import dataclass

from trueup.testing.suite.harness.engine import Flavour


@dataclass(frozen=True, slots=True)
class Caller:
    """How a call is made. wire: `direct` or `botocore`."""

    wire: str
    flavour: Flavour

    def __str__(self) -> str:
        return f"{self.wire}-{self.flavour.value}"


OWN = tuple(Caller("direct", flavour) for flavour in Flavour)
BOTOCORE = tuple(Caller("botocore", flavour) for flavour in Flavour)
