"""Problem: what a check found, where it is, and what to do."""

from __future__ import annotations

from .._dataclass import dataclass
from ..schema.severity import Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or that could not be checked.

    code: stable, of a letter and three digits, such as T012; docs/checks.md has each.
    what, fix: sentences without a full stop. file: as the user named it, or below the project.
    line: from 1; 0 for none. source: the address of the page that says so; empty for our own rules.
    is_unknown: whether it could not be checked, which is never green.
    of: the table or the resource that it is about; empty for none.
    """

    code: str
    severity: Severity
    what: str
    fix: str
    file: str = ""
    line: int = 0
    source: str = ""
    is_unknown: bool = False
    of: str = ""

    @property
    def place(self) -> str:
        """The file and the line, as far as they are known."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file
