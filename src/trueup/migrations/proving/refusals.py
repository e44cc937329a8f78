"""What could not be proved."""

from __future__ import annotations

from ..._dataclass import dataclass
from ...errors import TrueupError
from ..events import Named


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be proved. error: of the statement that failed, if one did."""

    migration: Named
    what: str
    error: TrueupError | None = None


class NotProved(Exception):
    """A proof ends here. error: of the statement that failed, if one did."""

    def __init__(self, what: str, error: TrueupError | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.error = error
