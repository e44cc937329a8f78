"""Actions: requests to an engine, as frozen values in plain terms.

Names are stored names and values are plain: `model/translation/bind.py` and the table's codec have
translated both. An engine compiles an action into its own `Request`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from .._dataclass import dataclass
from ..errors import TrueupError
from ..expressions.condition import Condition
from ..expressions.key_condition import SortCondition
from ..expressions.path import Path
from ..expressions.update import Change
from ..expressions.values import Item, PlainValue
from ..model.declarations.base import Model
from ..model.description.tables import IndexDescription, TableDescription
from ..model.translation.decode import OnUnreadable

M = TypeVar("M", bound=Model)

Key: TypeAlias = tuple[Any, ...]
"""The plain values of a primary key, partition first."""

Position: TypeAlias = tuple[Any, ...]
"""The position of an item in a read: the key values of the index, if any, then the remaining values
of the primary key."""

PAGE_ITEMS = 1000
"""The items read at a time, unless the caller says otherwise."""

Returning: TypeAlias = Literal["old", "new"] | None

Lock: TypeAlias = Literal["wait", "nowait", "skip_locked"]
"""What a query that locks its rows does with those that others hold."""


class Expect(Enum):
    """The expected state of the key, checked before any condition."""

    ANYTHING = "anything"
    NOTHING = "nothing"
    SOMETHING = "something"


@dataclass(frozen=True, slots=True)
class View:
    """The part of an item that is read.

    model: the model of the result; None for the table's own. attributes: None for all.
    as_stored: the result is the item itself, in stored names and plain values, and no model.
    unreadable: what is done with an item that fits no model; see `OnUnreadable`.
    """

    model: type[Model] | None = None
    attributes: frozenset[str] | None = None
    as_stored: bool = False
    unreadable: OnUnreadable = "raise"

    @property
    def part(self) -> tuple[type[Model], frozenset[str]] | None:
        """The model of some attributes, and these; None for whole items."""
        return None if self.model is None else (self.model, self.attributes or frozenset())


WHOLE = View()
STORED = View(as_stored=True)


@dataclass(frozen=True, slots=True)
class Guard:
    """The condition of a write. An item that has expired at `now_epoch_s` counts as absent.

    version: the stored version that the write is based on; None for no check.
    """

    expect: Expect = Expect.ANYTHING
    version: int | None = None
    condition: Condition | None = None
    now_epoch_s: int = 0

    @property
    def implies_existed(self) -> bool | None:
        """Whether there was an item, if the success of the write implies it."""
        return None if self.expect is Expect.ANYTHING else self.expect is Expect.SOMETHING

    @property
    def is_open(self) -> bool:
        """Whether the guard accepts every write."""
        return self.expect is Expect.ANYTHING and self.version is None and self.condition is None


OPEN = Guard()


@dataclass(frozen=True, slots=True)
class Get:
    """Read one item; the reply is a model or None. now_epoch_s: None shows expired items too."""

    table: TableDescription
    key: Key
    view: View = WHOLE
    consistent: bool = False
    now_epoch_s: int | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item; the reply is a `WriteResult`."""

    table: TableDescription
    item: Item
    guard: Guard = OPEN
    returning: Returning = None

    @property
    def key(self) -> Key:
        """The primary key of the item."""
        return self.table.key_of(self.item)


@dataclass(frozen=True, slots=True)
class Update:
    """Change parts of an item; the reply is a `WriteResult`. initial: further attributes of a newly
    created item."""

    table: TableDescription
    key: Key
    changes: tuple[Change, ...]
    initial: Item
    guard: Guard = OPEN
    returning: Returning = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item; the reply is a `WriteResult` whose `existed` says whether there was one."""

    table: TableDescription
    key: Key
    guard: Guard = OPEN
    returning: Returning = None


@dataclass(frozen=True, slots=True)
class Check:
    """In a transaction: nothing is written, but the guard must hold."""

    table: TableDescription
    key: Key
    guard: Guard


@dataclass(frozen=True, slots=True)
class Query:
    """Read one page of a partition, in order of the sort key; the reply is a `Page`.

    partition: values of the physical partition key. page_size: items read, before the filter.
    lock: whether the rows of the page are locked, and what is done with those that others hold.
    """

    table: TableDescription
    index: IndexDescription | None
    partition: tuple[PlainValue, ...]
    sort: tuple[SortCondition, ...] = ()
    filter: Condition | None = None
    ascending: bool = True
    start: Position | None = None
    page_size: int | None = None
    view: View = WHOLE
    consistent: bool = False
    now_epoch_s: int | None = None
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """Read one page of a segment of a table, in no particular order; the reply is a `Page`."""

    table: TableDescription
    index: IndexDescription | None = None
    filter: Condition | None = None
    segment: int = 0
    segments: int = 1
    start: Position | None = None
    page_size: int | None = None
    view: View = WHOLE
    consistent: bool = False
    now_epoch_s: int | None = None


def index_name(action: Query | Scan) -> str | None:
    """The index that is read; None for the table itself."""
    return action.index.name if action.index else None


@dataclass(frozen=True, slots=True)
class Count:
    """Count the items of one page of a query or scan; the reply is a `Counted`."""

    of: Query | Scan


@dataclass(frozen=True, slots=True)
class Nearest:
    """Read what is nearest to a point; the reply is a list of `Neighbour`, the nearest first.

    of: what may be read, all of it. path: of the geometry. limit: the most that are read.
    """

    of: Scan
    path: Path
    centre: PlainValue
    limit: int


@dataclass(frozen=True, slots=True)
class BatchGet:
    """Read several items of one table; the reply is a list of models or None, in order."""

    table: TableDescription
    keys: tuple[Key, ...]
    view: View = WHOLE
    consistent: bool = False
    now_epoch_s: int | None = None


@dataclass(frozen=True, slots=True)
class BatchGetTables:
    """Read several items of several tables; the reply is a list of models or None, in the order of
    the keys of the first table, then those of the next. gets: one for each table."""

    gets: tuple[BatchGet, ...]


@dataclass(frozen=True, slots=True)
class BatchWrite:
    """Write several items independently; the reply is a `BatchWritten`."""

    writes: tuple[Put | Delete, ...]


@dataclass(frozen=True, slots=True)
class TransactWrite:
    """Make all writes or none; the reply is a `TransactWritten`."""

    actions: tuple[Write | Check, ...]


@dataclass(frozen=True, slots=True)
class TransactGet:
    """Read items as of one instant; the reply is a list of models or None, in order."""

    gets: tuple[Get, ...]


Write: TypeAlias = Put | Update | Delete


def table_names(actions: Iterable[Get | BatchGet | Write | Check]) -> str:
    """The names of the actions' tables, for messages and events."""
    return ", ".join(sorted({action.table.name for action in actions}))


def parts_of(
    actions: Sequence[Write | Check], *, is_batch: bool = False
) -> tuple[tuple[str, str], ...]:
    """What the parts of a transaction are, and on which tables, for events.

    is_batch: none for a batch, unless a write has a condition; some engines send such ones singly.
    """
    if is_batch and all(action.guard.is_open for action in actions):
        return ()
    return tuple(dict.fromkeys((type(action).__name__, action.table.name) for action in actions))


Action: TypeAlias = (
    Get
    | Write
    | Query
    | Scan
    | Count
    | Nearest
    | BatchGet
    | BatchGetTables
    | BatchWrite
    | TransactWrite
    | TransactGet
)
"""Every action that an engine compiles. A `Check` occurs only inside a `TransactWrite`."""


@dataclass(frozen=True, slots=True)
class Neighbour(Generic[M]):
    """An item and its distance, in metres."""

    item: M
    metres: float


@dataclass(frozen=True, slots=True)
class WriteResult(Generic[M]):
    """The result of a write.

    existed: whether an item was stored before; None if the engine was not asked.
    old, new: the item before and after, if `returning=` asked for it and it exists.
    capacity_units: the units consumed on DynamoDB; None on engines that charge nothing, and in a
        transaction, whose own `capacity_units` is the total of its writes.
    """

    existed: bool | None = None
    old: M | None = None
    new: M | None = None
    capacity_units: float | None = None


def total(units: float | None, more: float | None) -> float | None:
    """The sum of capacity units; None if neither is known."""
    return units if more is None else more + (units or 0.0)


@dataclass(frozen=True, slots=True)
class BatchWritten:
    """The result of a batch: the error of each write, in order, None if it was written."""

    errors: Sequence[TrueupError | None]
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class TransactWritten:
    """The result of a transaction: a result for each action, in order."""

    results: Sequence[WriteResult[Any]]
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. position: of the item at an offset. next: the start of the next page, if any."""

    items: Sequence[Any]
    position: Callable[[int], Position]
    next: Position | None
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A page's number of items, and the start of the next page."""

    count: int
    next: Position | None


def count_items(reply: object) -> int | None:
    """The number of items that an action found, counted, or wrote; None if unknown."""
    match reply:
        case Page(items=items):
            return len(items)
        case Counted(count=count):
            return count
        case list():
            return sum(item is not None for item in reply)
        case BatchWritten(errors=errors):
            return sum(error is None for error in errors)
        case TransactWritten(results=results):
            return len(results)
        case Model() | WriteResult():
            return 1
        case None:
            return 0
        case _:
            return None
