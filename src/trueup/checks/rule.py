"""Rule: a mistake that a check knows, explained once for all that it finds."""

from __future__ import annotations

from .._dataclass import dataclass
from ..schema.severity import Severity
from .problem import Problem


@dataclass(frozen=True, slots=True)
class Rule:
    """A mistake.

    code: as in `Problem`. title: the mistake, without a full stop. why: what follows from it, in
    whole sentences. fix: what to do, without a full stop. source: the page that says so.
    """

    code: str
    severity: Severity
    title: str
    why: str
    fix: str
    source: str = ""

    @property
    def doubt(self) -> str:
        """The mistake, after `not known whether`."""
        rest = self.title.split(" ")[0][1:]  # names such as TTL keep their capitals
        return self.title[:1].lower() + self.title[1:] if rest == rest.lower() else self.title

    def problem(
        self, what: str, *, file: str = "", line: int = 0, of: str = "", is_unknown: bool = False
    ) -> Problem:
        """A case of the mistake, or something that leaves it unknown whether it is one."""
        return Problem(
            self.code, self.severity, what, self.fix, file, line, self.source, is_unknown, of
        )
