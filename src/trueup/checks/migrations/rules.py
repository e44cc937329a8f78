"""Rules of migrations: locks that others wait for, what is lost, what stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from ...schema.severity import Severity
from ..rule import Rule
from .words import NAME, Way, Words

FindInWay: TypeAlias = Callable[[Way], Iterator[tuple[Words, str]]]
"""Yields a statement, and what is wrong with it."""

_MANUAL = "https://www.postgresql.org/docs/15/"
_DROPPED = rf"\b(?:DROP TABLE (?:IF EXISTS )?{NAME}|DROP COLUMN (?:IF EXISTS )?{NAME}|TRUNCATE\b)"

VALIDATED_AT_ONCE = Rule(
    "M001",
    Severity.HIGH,
    "A constraint is added NOT VALID and validated in one transaction",
    "The lock of the first statement is held while the second reads every row: NOT VALID gains "
    "nothing.",
    "validate it in a migration of its own",
    f"{_MANUAL}sql-altertable.html#SQL-ALTERTABLE-NOTES",
)
KEPT_IF_INVALID = Rule(
    "M002",
    Severity.HIGH,
    "An index is built CONCURRENTLY unless one of its name exists",
    "A build that failed leaves an invalid index; the next run skips it, and the migration counts "
    "as applied.",
    "leave out IF NOT EXISTS: what a run left behind is found and built again",
    f"{_MANUAL}sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
)
SETTING_LEFT = Rule(
    "M003",
    Severity.MEDIUM,
    "A setting is changed for the rest of the session",
    "What runs after it runs with it, too: a lock_timeout of 0 then waits for ever.",
    "use SET LOCAL, in a transaction",
    f"{_MANUAL}sql-set.html",
)
BLOCKING_INDEX = Rule(
    "M004",
    Severity.HIGH,
    "An index of a table that is in use is built under a lock",
    "Nobody writes to the table until the index is there.",
    "build it CONCURRENTLY, in a file that runs without a transaction; a constraint then takes it, "
    "by USING INDEX",
    f"{_MANUAL}sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
)
BLOCKING_CONSTRAINT = Rule(
    "M005",
    Severity.HIGH,
    "A constraint of a table that is in use is checked under a lock",
    "Nobody writes to the table, nor to the one that it refers to, until every row is read.",
    "add it NOT VALID, and validate it in a migration of its own",
    f"{_MANUAL}sql-altertable.html#SQL-ALTERTABLE-NOTES",
)
UNANNOUNCED_LOSS = Rule(
    "M006",
    Severity.HIGH,
    "Rows or columns are dropped, and the file does not say so",
    "Whoever reads or approves the file may miss what cannot be brought back.",
    "say what is lost, in a line `-- trueup: loses …` of that part",
    f"{_MANUAL}ddl-alter.html#DDL-ALTER-REMOVING-A-COLUMN",
)
CASCADE = Rule(
    "M007",
    Severity.HIGH,
    "Something is dropped with whatever needs it",
    "Views, references and policies go with it that the file does not name, and others on each "
    "database.",
    "drop by name what needs it, and leave out CASCADE",
    f"{_MANUAL}ddl-depend.html",
)
RENAMED = Rule(
    "M008",
    Severity.MEDIUM,
    "A table, a column or a label is renamed",
    "Programs of the version before fail from then on, until the last of them is replaced.",
    "add the new one beside it, write both, and drop the former later",
    f"{_MANUAL}sql-altertable.html",
)


def validated_at_once(way: Way) -> Iterator[tuple[Words, str]]:
    """Only in files that are one transaction."""
    if not way.section.in_transaction:
        return
    pending: set[str] = set()
    for one in way.statements:
        for match in one.find(rf"\bVALIDATE CONSTRAINT {NAME}"):
            if match[1].lower() in pending:
                yield one, f"{match[1]} is validated in the transaction that adds it"
        for match in one.find(rf"\bADD CONSTRAINT {NAME}(?:(?!ADD CONSTRAINT).)*\bNOT VALID"):
            pending.add(match[1].lower())


def kept_if_invalid(way: Way) -> Iterator[tuple[Words, str]]:
    """Indexes that are built in both ways at once."""
    for one in way.statements:
        for match in one.find(rf"\bINDEX CONCURRENTLY IF NOT EXISTS {NAME}"):
            yield one, f"the index {match[1]} is built CONCURRENTLY, if it is not there"


def setting_left(way: Way) -> Iterator[tuple[Words, str]]:
    """SET, without LOCAL."""
    for one in way.statements:
        for match in one.find(r"^SET (?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)(?:SESSION )?(\w+)"):
            yield one, f"SET {match[1]} is for the rest of the session"


def blocking_index(way: Way) -> Iterator[tuple[Words, str]]:
    """Of tables that another file made."""
    for one in way.statements:
        for match in one.find(
            rf"^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY\b).*?\bON (?:ONLY )?{NAME}"
        ):
            if not way.is_new(match[1]):
                yield one, f"an index of {match[1]} is built while nobody writes to it"
        for match in one.find(
            rf"^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?{NAME} .*?\bADD (?:CONSTRAINT \S+ )?"
            r"(UNIQUE|PRIMARY KEY|EXCLUDE)\b(?! USING INDEX\b)"
        ):
            if not way.is_new(match[1]):
                yield one, f"the index of a constraint of {match[1]} is built under its lock"


def blocking_constraint(way: Way) -> Iterator[tuple[Words, str]]:
    """Checks and references of tables that another file made."""
    for one in way.statements:
        added = r"\bADD (?:CONSTRAINT \S+ )?(CHECK|FOREIGN KEY)\b"
        for match in one.find(rf"^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?{NAME} .*?{added}(.*)"):
            if not way.is_new(match[1]) and "NOT VALID" not in match[3].upper():
                yield one, f"a {match[2].upper()} of {match[1]} is checked under its lock"


def unannounced_loss(way: Way) -> Iterator[tuple[Words, str]]:
    """Of parts that say nothing of a loss."""
    for one in () if way.section.loses else way.statements:
        for match in one.find(_DROPPED):
            name = match[1] or match[2] or ""
            if not way.is_new(name):
                yield one, f"{match[0]} loses what is in it"


def cascade(way: Way) -> Iterator[tuple[Words, str]]:
    """DROP and TRUNCATE; ON DELETE CASCADE is another thing."""
    for one in way.statements:
        for match in one.find(rf"\b(DROP (?:\w+ )+?(?:IF EXISTS )?{NAME}|TRUNCATE\b.*) CASCADE\b"):
            yield one, f"{match[1]} takes what needs it with it"


def renamed(way: Way) -> Iterator[tuple[Words, str]]:
    """Tables, columns and labels; nobody names a constraint."""
    for one in way.statements:
        for match in one.find(
            rf"^ALTER (TABLE|TYPE) .*?\bRENAME (?!CONSTRAINT\b)(?:COLUMN |VALUE )?"
            rf"(?:{NAME} |'' )?TO\b"
        ):
            yield one, f"{match[0].removesuffix(' TO')} leaves programs with the former name"


RULES: Mapping[Rule, FindInWay] = {
    VALIDATED_AT_ONCE: validated_at_once,
    KEPT_IF_INVALID: kept_if_invalid,
    SETTING_LEFT: setting_left,
    BLOCKING_INDEX: blocking_index,
    BLOCKING_CONSTRAINT: blocking_constraint,
    UNANNOUNCED_LOSS: unannounced_loss,
    CASCADE: cascade,
    RENAMED: renamed,
}
