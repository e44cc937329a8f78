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
    """The forms of statements that changes are made of."""

    ADD_COLUMN = Effect(_ALL)
    ADD_COMPUTED_COLUMN = Effect(_ALL, writes=True)
    DROP_COLUMN = Effect(_ALL, reads=False)
    CHANGE_DEFAULT = Effect(_ALL)
    CHANGE_KEPT_TYPE = Effect(_ALL)
    CHANGE_TYPE = Effect(_ALL, writes=True)
    DROP_NOT_NULL = Effect(_ALL)
    SET_PROVED_NOT_NULL = Effect(_ALL)
    ADD_CHECK_NOT_VALID = Effect(_ALL)
    ADD_REFERENCE_NOT_VALID = Effect(_ROWS)
    VALIDATE = Effect(_SELF, reads=True)
    VALIDATE_HIDDEN = Effect(_ALL, reads=True)
    EXCLUDE = Effect(_ALL, reads=True)
    DROP_CONSTRAINT = Effect(_ALL)
    BUILD_INDEX = Effect(_SELF, reads=True)
    USE_INDEX = Effect(_ALL)
    DROP_INDEX = Effect(_ALL)
    CREATE_TRIGGER = Effect(_ROWS)
    DROP_TRIGGER = Effect(_ALL)
    ROW_SECURITY = Effect(_ALL)
    COMMENT = Effect(_SELF)


_WORDS = {_ALL: "ACCESS EXCLUSIVE", _ROWS: "SHARE ROW EXCLUSIVE", _SELF: "SHARE UPDATE EXCLUSIVE"}


def estimate(form: Form, table: str, live: Mapping[str, LiveTable]) -> str:
    """What a statement of a form does to a table, with about how many rows."""
    effect: Effect = form.value
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
