"""How bad a difference is, by its consequence."""

from __future__ import annotations

from enum import IntEnum

from .facts import Path


class Severity(IntEnum):
    """What follows from a difference; higher is worse.

    LOW: costs or tidiness. MEDIUM: money, or slower calls. HIGH: calls fail, or a safety net lacks.
    CRITICAL: items are lost, or nothing works.
    """

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


OF_FACT = {
    "key": Severity.CRITICAL,
    "ttl": Severity.CRITICAL,
    "row_security": Severity.CRITICAL,
    "privileges": Severity.HIGH,
    "index": Severity.HIGH,
    "stream": Severity.HIGH,
    "pitr": Severity.HIGH,
    "deletion_protection": Severity.HIGH,
    "encryption": Severity.HIGH,
    "resource_policy": Severity.HIGH,
    "removal": Severity.HIGH,
    "columns": Severity.HIGH,
    "constraints": Severity.HIGH,
    "triggers": Severity.HIGH,
    "functions": Severity.HIGH,
    "types": Severity.HIGH,
    "objects": Severity.HIGH,
    "extensions": Severity.HIGH,
    "descriptions": Severity.LOW,
    "billing": Severity.MEDIUM,
    "scaling": Severity.MEDIUM,
    "table_class": Severity.LOW,
    "tags": Severity.LOW,
    "warm_throughput": Severity.LOW,
    "contributor_insights": Severity.LOW,
}
"""By the first name of a fact's path."""
OF_INDEX_FACT = {"billing", "scaling", "warm_throughput", "contributor_insights"}
"""The facts of indexes that weigh as those of tables do; any other weighs as the index."""


def severity_of(path: Path) -> Severity:
    """The severity of a difference at a path. A table that is missing, or not ours: critical.

    A fact that no engine of ours has is of medium severity, and a comment of low.
    """
    if not path:
        return Severity.CRITICAL
    first, *rest = path
    if path[-1] == "comment":
        return Severity.LOW
    is_index_fact = first == "index" and len(rest) > 1 and rest[1] in OF_INDEX_FACT
    return OF_FACT.get(rest[1] if is_index_fact else first, Severity.MEDIUM)
