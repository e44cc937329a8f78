"""Actions: what is asked of an engine, as frozen values in plain terms.

Names are stored names and values are plain here; `model/translation/bind.py` and the codec of the
table made them so. An engine compiles an action into a `Request` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from .._dataclass import dataclass
from ..errors import TrueupError
from ..expressions.condition import Condition
from ..expressions.key_condition import SortCondition
from ..expressions.update import Change
from ..expressions.values import Item, PlainValue
from ..model.declarations.base import Model
from ..model.description.tables import IndexDescription, TableDescription

M = TypeVar("M", bound=Model)

Key: TypeAlias = tuple[Any, ...]
"""The plain values of a primary key, partition first."""

Position: TypeAlias = tuple[Any, ...]
"""Where an item stands in what is read: the index's key values, if any, then those of the primary
key that are not among them."""

PAGE_ITEMS = 1000
"""Items read at a time where the caller does not say."""

Returning: TypeAlias = Literal["old", "new"] | None


class Expect(Enum):
    """What must be stored under the key, before any condition is looked at."""

    ANYTHING = "anything"
    NOTHING = "nothing"
    SOMETHING = "something"


@dataclass(frozen=True, slots=True)
class View:
    """What is read of an item.

    model: what the attributes become; None for the table's own. attributes: None for all.
    """

    model: type[Model] | None = None
    attributes: frozenset[str] | None = None


WHOLE = View()


@dataclass(frozen=True, slots=True)
class Guard:
    """When a write may happen. An item that has expired at `now_epoch_s` counts as nothing.

    version: the stored version it is based on; None where none is checked.
    """

    expect: Expect = Expect.ANYTHING
    version: int | None = None
    condition: Condition | None = None
    now_epoch_s: int = 0

    @property
    def implies_existed(self) -> bool | None:
        """Whether there was an item, if a write that passed tells that."""
        return None if self.expect is Expect.ANYTHING else self.expect is Expect.SOMETHING

    @property
    def is_open(self) -> bool:
        """Whether it lets every write through."""
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
    """Change parts of an item; the reply is a `WriteResult`. initial: what an item that is created
    by it begins with."""

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
    """The index that is read; None if it is the table itself."""
    return action.index.name if action.index else None


@dataclass(frozen=True, slots=True)
class Count:
    """Count what one page of a query or scan would hold; the reply is a `Counted`."""

    of: Query | Scan


@dataclass(frozen=True, slots=True)
class BatchGet:
    """Read several items of one table; the reply is a list of models or None, in order."""

    table: TableDescription
    keys: tuple[Key, ...]
    view: View = WHOLE
    consistent: bool = False
    now_epoch_s: int | None = None


@dataclass(frozen=True, slots=True)
class BatchWrite:
    """Write several items, each for itself; the reply is a `BatchWritten`."""

    writes: tuple[Put | Delete, ...]


@dataclass(frozen=True, slots=True)
class TransactWrite:
    """All or nothing; the reply is a `TransactWritten`."""

    actions: tuple[Write | Check, ...]


@dataclass(frozen=True, slots=True)
class TransactGet:
    """Read items as of one instant; the reply is a list of models or None, in order."""

    gets: tuple[Get, ...]


Write: TypeAlias = Put | Update | Delete


def table_names(actions: Iterable[Get | Write | Check]) -> str:
    """The names of the tables that actions are about, for messages and events."""
    return ", ".join(sorted({action.table.name for action in actions}))


Action: TypeAlias = (
    Get | Write | Query | Scan | Count | BatchGet | BatchWrite | TransactWrite | TransactGet
)
"""Every action an engine compiles. A `Check` stands inside a `TransactWrite` only."""


@dataclass(frozen=True, slots=True)
class WriteResult(Generic[M]):
    """What a write did.

    existed: whether an item was stored before; None if the engine was not asked.
    old, new: the item before and after, if `returning=` asked for it and it exists.
    capacity_units: what the write consumed on DynamoDB; None on engines that charge nothing, and
        in a transaction, whose own `capacity_units` is the total of its writes.
    """

    existed: bool | None = None
    old: M | None = None
    new: M | None = None
    capacity_units: float | None = None


def total(units: float | None, more: float | None) -> float | None:
    """Capacity units together; None where neither is known."""
    return units if more is None else more + (units or 0.0)


@dataclass(frozen=True, slots=True)
class BatchWritten:
    """What a batch did: the error of each write, in order, None where it was made."""

    errors: Sequence[TrueupError | None]
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class TransactWritten:
    """What a transaction did, for each of its actions, in order."""

    results: Sequence[WriteResult[Any]]
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. position: of the item at an offset. next: where the next page starts, or None."""

    items: Sequence[Any]
    position: Callable[[int], Position]
    next: Position | None
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A page's number of items, and where the next page starts."""

    count: int
    next: Position | None


def count_items(reply: object) -> int | None:
    """How many items the decoded reply to an action found, counted, or wrote; None if unknown."""
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
