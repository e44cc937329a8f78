"""A hazard: its stable code, what it says, and the option that allows it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from .._dataclass import dataclass
from .severity import Severity


class HazardCode(StrEnum):
    """Stable codes; `docs/hazards.md` explains each."""

    REPLACEMENT = "replacement"
    UNDECLARED = "undeclared"
    NOT_OWNED = "not-owned"
    RENAMED = "renamed"
    EMPTY_TABLE = "empty-table"
    INDEX_GAP = "index-gap"
    INDEX_LEAVES_OUT = "index-leaves-out"
    INDEX_DROPPED = "index-dropped"
    EXPIRY_DELETES = "expiry-deletes"
    EXPIRY_STOPS = "expiry-stops"
    STREAM_RESTARTS = "stream-restarts"
    STREAM_ENDS = "stream-ends"
    RECOVERY_LOST = "recovery-lost"
    PROTECTION_OFF = "protection-off"
    KEY_CHANGES = "key-changes"
    BILLING_CHANGES = "billing-changes"
    ALREADY_THERE = "already-there"
    COLUMN_DROPPED = "column-dropped"
    VALUES_ROUNDED = "values-rounded"
    TABLE_REWRITE = "table-rewrite"
    TABLE_SCAN = "table-scan"
    WRITES_WAIT = "writes-wait"
    NO_VALUE = "no-value"
    LABEL_REMOVED = "label-removed"
    SECURITY_ENDS = "security-ends"
    NAME_CHANGES = "name-changes"
    PERHAPS_RENAMED = "perhaps-renamed"
    REFERENCE_GAP = "reference-gap"


class Allowance(StrEnum):
    """The options that allow what a hazard blocks."""

    PRUNE = "--prune"
    REPLACE = "--allow-replace"
    DATA_LOSS = "--allow-data-loss"
    OWN = "adopt --own"


@dataclass(frozen=True, slots=True)
class Hazard:
    """A warning on a change. allowed_by: the option without which the change is blocked, if any.

    is_forbidden: no option allows the change; the text says what to do.
    """

    code: HazardCode
    severity: Severity
    text: str
    allowed_by: Allowance | None = None
    is_forbidden: bool = False

    def blocks(self, allowed: Collection[Allowance]) -> bool:
        """Whether none of the given options allows the change."""
        is_allowed = self.allowed_by is None or self.allowed_by in allowed
        return self.is_forbidden or not is_allowed
