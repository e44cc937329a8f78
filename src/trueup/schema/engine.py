"""The port of an engine whose tables can be created, inspected and changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from .._dataclass import dataclass
from ..model.description.tables import TableDescription
from ..operations.engine import Engine
from ..operations.operation import Operation, Request
from .facts import Path, Unknown
from .tables import TableSchema

if TYPE_CHECKING:
    from .changes import Change


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A live table, or one of a template.

    is_usable: false while the table or an index is being created or changed.
    problem: why Trueup cannot use the table; empty if it can.
    identity: changes if the table is dropped and made anew under its name; empty if the engine
        cannot tell.
    busy: what is being created or changed: `{"index ByStatus": "CREATING"}`.
    managed_by: another tool that says that it owns the table, such as a CloudFormation stack.
    is_whole: whether the engine made the table with all its facts at once, so that what it lacks is
        no sign of an interrupted creation.
    items, item_bytes: about how many there are; None if the engine cannot tell without reading.
    unknown: what is not known, by its path among the facts, whatever `schema` has there; `()` if it
        is not known whether there is a table.
    sources: where facts are said, by path; others are said where the nearest above them is.
    """

    schema: TableSchema
    is_usable: bool = True
    problem: str = ""
    identity: str = ""
    busy: Mapping[str, str] = field(default_factory=dict)
    managed_by: str = ""
    is_whole: bool = False
    items: int | None = None
    item_bytes: int | None = None
    unknown: Mapping[Path, Unknown] = field(default_factory=dict)
    sources: Mapping[Path, str] = field(default_factory=dict)

    def source_of(self, path: Path) -> str:
        """Where a fact is said."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.sources:
                return self.sources[path[:length]]
        return self.schema.source


NO_TABLES: Mapping[str, LiveTable] = {}


@dataclass(frozen=True, slots=True)
class Progress:
    """The reply to a request of a step.

    is_done: whether the step is done; if not, its request is sent again.
    is_late: others were faster: the tables have to be inspected again.
    is_moving: whether the next request does more of the work, and need not wait.
    note: how far it is, for people: `12,000 of 1,200,000 items`.
    """

    is_done: bool = True
    is_late: bool = False
    is_moving: bool = False
    note: str = ""


DONE = Progress()


@dataclass(frozen=True, slots=True)
class Step:
    """A request, sent again and again until its reply says that the step is done.

    comment: what the step does, for people. table: the physical name of the table.
    changes: whether the request changes the database. If not, it is a look that waits for what an
        earlier step began; looks are `pauses()` apart.
    estimate: what it may take and cost, for people; empty if nothing is known.
    statements: the SQL that it runs, in order, for people; empty if it runs none, or tells none.
    plain: the SQL of the plain form of the same change, if the step is the first of another form
        that holds nobody up.
    is_alone: whether each statement is a transaction of its own. settings: what bounds the waits of
        its transaction, in SQL.
    spacing, spacing_s: requests of the same spacing on a table must be so many seconds apart.
    """

    comment: str
    table: str
    request: Request[Progress]
    changes: bool = True
    estimate: str = ""
    statements: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    is_alone: bool = False
    settings: tuple[str, ...] = ()
    spacing: str = ""
    spacing_s: float = 0.0


MOST_NAMES = 6
"""How many names the comment of a step has, at most."""


def shown_names(names: Sequence[str]) -> str:
    """Names of tables for the comment of a step: all if they are few."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    first = names[: MOST_NAMES // 2]
    return f"{', '.join(first)} and {len(names) - len(first)} others"


FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
"""The longest pause between looks; pauses double up to it."""


def pauses() -> Iterator[float]:
    """The seconds between looks at what is being created or changed, without end."""
    pause_s = FIRST_PAUSE_S
    while True:
        yield pause_s
        pause_s = min(LONGEST_PAUSE_S, pause_s * 2)


class SchemaEngine(Engine, Protocol):
    """An engine that manages tables: it reads live tables, and renders changes."""

    def check(self, tables: Sequence[TableDescription]) -> None:
        """Refuse tables that the engine cannot hold, beyond its limits, when a layer is opened.

        Raises UnsupportedByEngine, which lists all problems.
        """
        ...

    def name_of(self, table: TableDescription) -> str:
        """The name of a table in the database."""
        ...

    def declared(self, table: TableDescription) -> TableSchema:
        """The schema of a declared table on this engine."""
        ...

    def list_tables(self) -> Operation[Sequence[str]]:
        """The names of all tables in the database, sorted, without the engine's own."""
        ...

    @property
    def inspects_at_once(self) -> bool:
        """Whether `inspect` reads any number of tables by the same few requests."""
        ...

    def inspect(
        self, names: Sequence[str], *, all_facts: bool = True
    ) -> Operation[Mapping[str, LiveTable]]:
        """The existing tables among `names`, by physical name.

        all_facts: whether facts that cost further requests or permissions are read as well.

        A fact that is not read, that may not be read, or that the server does not keep is Unknown.
        Raises if a table may not be described at all: then it is not known whether it exists.
        """
        ...

    def render(
        self, changes: Sequence[Change], live: Mapping[str, LiveTable] = NO_TABLES
    ) -> Sequence[Step]:
        """The steps that make the changes, in order. live: tables by physical name, for estimates.

        Raises NeedsOperator (schema-mismatch) for a change that this engine cannot make.
        """
        ...
