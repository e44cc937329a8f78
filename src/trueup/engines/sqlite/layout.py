"""What a table looks like in the file: its key columns, its indexes, its expiry column.

The engine's own small description, made from a declared table; `ddl.py` writes it, `inspect.py`
reads it back.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from ..._dataclass import dataclass
from ...errors import DeclarationError, ErrorCode, Place, UnsupportedByEngine

ITEM_COLUMN = "item"
ORDER_SUFFIX = ":order"
EXPIRES_SUFFIX = ":expires"
_OURS = ("sqlite_", "trueup:")


@dataclass(frozen=True, slots=True)
class Column:
    """A key attribute, as a column named by its attribute name.

    kind: DynamoDB's letter for its type: S text, N number, B bytes.
    """

    name: str
    kind: Literal["S", "N", "B"]

    @property
    def order_name(self) -> str:
        """The column that sorts: for a number the one with its order text."""
        return self.name + ORDER_SUFFIX if self.kind == "N" else self.name


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """A declared index; items without one of its attributes are not in it."""

    name: str
    partition: tuple[Column, ...]
    sort: tuple[Column, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its attributes in the order in which they sort."""
        return self.partition + self.sort


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table: physical name, key, indexes, and the attribute that holds its expiry."""

    name: str
    partition: tuple[Column, ...]
    sort: tuple[Column, ...] = ()
    indexes: tuple[IndexLayout, ...] = ()
    ttl: str | None = None

    @property
    def key(self) -> tuple[Column, ...]:
        """The primary key's attributes in the order in which they sort."""
        return self.partition + self.sort

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every attribute with a column of its own, once: key first, then indexes as declared."""
        used = list(self.key)
        for index in self.indexes:
            used += index.columns
        return tuple(dict.fromkeys(used))

    @property
    def expires_column(self) -> str | None:
        """The column with the expiry in epoch seconds."""
        return None if self.ttl is None else self.ttl + EXPIRES_SUFFIX

    def index_name(self, index: IndexLayout) -> str:
        """The name of an index in the file, where indexes of all tables share one name space."""
        return f"{self.name}.{index.name}"

    def index_order(self, index: IndexLayout) -> tuple[str, ...]:
        """The columns of an index: its own, then the key's, which order equal sort keys."""
        names = [column.order_name for column in index.columns + self.key]
        return tuple(dict.fromkeys(names))


def quote(name: str) -> str:
    """An identifier for SQL text. Source: https://www.sqlite.org/lang_keywords.html

    Raises:
        DeclarationError: the name holds NUL, which no SQLite statement can.
    """
    if "\0" in name:
        raise DeclarationError(
            "a table, index or attribute name holds the character NUL",
            where=Place("sqlite"),
            fix="remove it from the name",
        )
    return '"' + name.replace('"', '""') + '"'


def check_layouts(layouts: Iterable[TableLayout]) -> None:
    """Refuse names that this engine cannot keep apart, all of them at once.

    SQLite compares names of columns, tables and indexes without regard to ASCII case.

    Raises:
        UnsupportedByEngine: `problems` has a line for each.
    """
    problems: list[str] = []
    names: dict[str, str] = {}
    for layout in layouts:
        problems += _column_problems(layout)
        problems += _reserved_problems(layout)
        for name in (layout.name, *map(layout.index_name, layout.indexes)):
            if name.lower() in names:
                problems.append(f"{name} and {names[name.lower()]} are one name in SQLite")
            names[name.lower()] = name
    if problems:
        raise UnsupportedByEngine(
            f"SQLite cannot hold these tables: {'; '.join(problems)}",
            where=Place("sqlite"),
            fix="rename them, or store the attribute under another name",
            code=ErrorCode.UNSUPPORTED,
            problems=problems,
        )


def _reserved_problems(layout: TableLayout) -> Iterator[str]:
    if layout.name.lower().startswith(_OURS):
        yield f"the name of table {layout.name} is reserved"


def _column_problems(layout: TableLayout) -> Iterator[str]:
    seen = {ITEM_COLUMN: ITEM_COLUMN}
    for name in _physical_names(layout):
        if name.lower() in seen:
            yield (
                f"columns {name} and {seen[name.lower()]} of table {layout.name}"
                " are one name in SQLite"
            )
        seen[name.lower()] = name


def _physical_names(layout: TableLayout) -> Iterator[str]:
    for column in layout.columns:
        yield column.name
        if column.kind == "N":
            yield column.order_name
    if layout.expires_column is not None:
        yield layout.expires_column
