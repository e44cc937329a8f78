"""TableSql: the SQL texts of one table, written once, and the rows that go into it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal, cast

from ...expressions.values import Item, is_text
from ...model.description.tables import IndexDescription, KeyAttribute, TableDescription
from ...model.translation.codec import TableCodec
from ...operations.engine import Rules
from ...operations.plans.checks import check_item, check_texts
from .codec import to_json
from .layout import ITEM_COLUMN, Column, IndexLayout, TableLayout, quote
from .numbers import canonical_text, order_text


def layout_of(table: TableDescription, name: str) -> TableLayout:
    """The layout of a table that is called `name` in the file."""
    indexes = tuple(
        IndexLayout(index.name, _columns(index.physical_partition), _columns(index.sort))
        for index in table.indexes.values()
    )
    return TableLayout(
        name=name,
        partition=_columns((table.partition,)),
        sort=_columns(table.key[1:]),
        indexes=indexes,
        ttl=table.expires.attribute if table.expires else None,
    )


def _columns(attributes: Sequence[KeyAttribute]) -> tuple[Column, ...]:
    return tuple(
        Column(one.attribute, cast("Literal['S', 'N', 'B']", one.kind.value)) for one in attributes
    )


def number_values(number: int | Decimal | None) -> tuple[str | None, str | None]:
    """What a number is in its columns: one to read, one that is in order."""
    return (None, None) if number is None else (canonical_text(number), order_text(number))


def ordered_value(column: Column, value: Any) -> Any:
    """What a plain value is compared as."""
    return order_text(value) if column.kind == "N" else value


class TableSql:
    """One table of one database."""

    def __init__(self, table: TableDescription, name: str, rules: Rules) -> None:
        self.table = table
        self.rules = rules
        self.codec = TableCodec(table)
        self.layout = layout_of(table, name)
        self._key = self.layout.key
        self._columns = self.layout.columns
        self.quoted = quote(name)
        self._expires = table.expires.attribute if table.expires else None
        self.upsert = self._upsert()
        self.match_key = " AND ".join(
            f"{self.column(column.order_name)} = ?" for column in self.layout.key
        )
        self.select_item = f"SELECT {ITEM_COLUMN} FROM {self.quoted} WHERE {self.match_key}"
        self.delete = f"DELETE FROM {self.quoted} WHERE {self.match_key}"
        self.is_alive = ""
        self.select_expiring = self.select_item
        if self.layout.expires_column is not None:
            expires = self.column(self.layout.expires_column)
            self.is_alive = f"({expires} IS NULL OR {expires} > ?)"
            self.select_expiring = self.select_item.replace(
                f"SELECT {ITEM_COLUMN}", f"SELECT {ITEM_COLUMN}, {expires}", 1
            )

    def column(self, name: str) -> str:
        """A column in SQL text, with its table: SQLite takes a quoted name that it does not find
        for a text, but not a qualified one. Source: https://www.sqlite.org/quirks.html#dblquote
        """
        return f"{self.quoted}.{quote(name)}"

    def _upsert(self) -> str:
        names = [name for column in self.layout.columns for name in _names(column)]
        if self.layout.expires_column is not None:
            names.append(self.layout.expires_column)
        names.append(ITEM_COLUMN)
        key = ", ".join(quote(column.order_name) for column in self.layout.key)
        places = ", ".join("?" * len(names))
        columns = ", ".join(map(quote, names))
        fixed = {name for column in self.layout.key for name in _names(column)}
        changed = ", ".join(
            f"{quote(name)} = excluded.{quote(name)}" for name in names if name not in fixed
        )
        return (
            f"INSERT INTO {self.quoted} ({columns}) VALUES ({places}) "
            f"ON CONFLICT ({key}) DO UPDATE SET {changed}"
        )

    def key(self, key: Sequence[Any]) -> tuple[Any, ...]:
        """The parameters that find a primary key."""
        columns = zip(self._key, key, strict=True)
        return tuple([ordered_value(column, value) for column, value in columns])

    def row(self, item: Item) -> tuple[Any, ...]:
        """The parameters of `upsert`. Raises InvalidCall where the target refuses the item."""
        text = to_json(item)
        if not is_text(text):
            check_texts(self.rules, self.table, item)
        levels = text.count("{") + text.count("[")
        check_item(self.rules, self.table, item, length=len(text), levels=levels)
        values: list[Any] = []
        for column in self._columns:
            value = item.get(column.name)
            if column.kind == "N":
                values += number_values(cast("int | Decimal | None", value))
            else:
                values.append(value)
        if self._expires is not None:
            expires = item.get(self._expires)
            values.append(expires if isinstance(expires, int) else None)
        values.append(text)
        return tuple(values)

    def index_layout(self, index: IndexDescription | None) -> IndexLayout | None:
        """The layout of a declared index."""
        if index is None:
            return None
        return next(one for one in self.layout.indexes if one.name == index.name)


def _names(column: Column) -> tuple[str, ...]:
    """The columns of an attribute in the file."""
    return (column.name, column.order_name) if column.kind == "N" else (column.name,)
