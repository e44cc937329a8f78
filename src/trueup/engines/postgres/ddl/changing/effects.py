"""What each form of statement does to a table: its lock, and what it reads or writes.

tests/postgres_changes/test_effects.py runs every form on a server, and reads the same from
pg_locks,
relfilenode and the counters of scans.
Source: https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-TABLES
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ....._dataclass import dataclass
from .....schema.engine import LiveTable


@dataclass(frozen=True, slots=True)
class Effect:
    """lock: the strongest of the table, as pg_locks has it. writes, reads: whether all rows are
    written anew, or read."""

    lock: str
    writes: bool = False
    reads: bool = False

    @property
    def blocks_reads(self) -> bool:
        """Whether others wait who only read."""
        return self.lock == "AccessExclusiveLock"


_ALL, _ROWS, _SELF = "AccessExclusiveLock", "ShareRowExclusiveLock", "ShareUpdateExclusiveLock"


class Form(Enum):
    """The forms of statements that changes are made of, each with its words and its effect."""

    def __init__(self, words: str, effect: Effect) -> None:
        self.words = words
        self.effect = effect

    ADD_COLUMN = "add column", Effect(_ALL)
    ADD_COMPUTED_COLUMN = "add computed column", Effect(_ALL, writes=True)
    DROP_COLUMN = "drop column", Effect(_ALL)
    CHANGE_DEFAULT = "change default", Effect(_ALL)
    CHANGE_KEPT_TYPE = "change kept type", Effect(_ALL)
    CHANGE_TYPE = "change type", Effect(_ALL, writes=True)
    DROP_NOT_NULL = "drop not null", Effect(_ALL)
    SET_PROVED_NOT_NULL = "set proved not null", Effect(_ALL)
    ADD_CHECK_NOT_VALID = "add check not valid", Effect(_ALL)
    ADD_REFERENCE_NOT_VALID = "add reference not valid", Effect(_ROWS)
    VALIDATE = "validate", Effect(_SELF, reads=True)
    VALIDATE_HIDDEN = "validate hidden", Effect(_ALL, reads=True)
    EXCLUDE = "exclude", Effect(_ALL, reads=True)
    DROP_CONSTRAINT = "drop constraint", Effect(_ALL)
    BUILD_INDEX = "build index", Effect(_SELF, reads=True)
    USE_INDEX = "use index", Effect(_ALL)
    DROP_INDEX = "drop index", Effect(_ALL)
    CREATE_TRIGGER = "create trigger", Effect(_ROWS)
    DROP_TRIGGER = "drop trigger", Effect(_ALL)
    ROW_SECURITY = "row security", Effect(_ALL)
    RENAME = "rename", Effect(_ALL)
    COMMENT = "comment", Effect(_SELF)


_WORDS = {_ALL: "ACCESS EXCLUSIVE", _ROWS: "SHARE ROW EXCLUSIVE", _SELF: "SHARE UPDATE EXCLUSIVE"}


def estimate(form: Form, table: str, live: Mapping[str, LiveTable]) -> str:
    """What a statement of a form does to a table, with about how many rows."""
    effect = form.effect
    items = live[table].items if table in live else None
    rows = "all rows" if items is None else f"about {items:,} rows"
    lock = f"{_WORDS[effect.lock]} lock"
    if effect.writes:
        return f"{lock} while {rows} are written anew: reads and writes wait"
    if effect.reads and effect.blocks_reads:
        return f"{lock} while {rows} are read: reads and writes wait"
    if effect.reads:
        return f"{lock} while {rows} are read: reads and writes go on"
    return f"{lock}, for a moment"
