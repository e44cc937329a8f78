"""TableSql: the SQL texts of one table, written once, and the parameters of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from ...expressions.values import Item, is_text
from ...model.description.tables import IndexDescription, TableDescription
from ...model.translation.codec import TableCodec
from ...operations.engine import Rules
from ...operations.plans.item_checks import check_item, check_texts
from ...schema.tables import AttributeSchema, IndexSchema
from .codec import to_json
from .layout import (
    ITEM_COLUMN,
    columns_of,
    declared,
    expires_column,
    item_column,
    order_column,
    quote,
)
from .numbers import canonical_text, order_text


def number_values(number: int | Decimal | None) -> tuple[str | None, str | None]:
    """The two stored texts of a number: readable and sortable."""
    return (None, None) if number is None else (canonical_text(number), order_text(number))


def ordered_value(attribute: AttributeSchema, value: Any) -> Any:
    """The stored form by which a plain value is compared."""
    return order_text(value) if attribute.kind == "N" else value


class TableSql:
    """One table of one database."""

    def __init__(self, table: TableDescription, name: str, rules: Rules) -> None:
        self.table = table
        self.rules = rules
        self.codec = TableCodec(table)
        self.schema = declared(table, name)
        self._key = self.schema.key
        self._attributes = self.schema.attributes
        self.quoted = quote(name)
        self._expires = table.expires.attribute if table.expires else None
        self.upsert = self._upsert()
        self.match_key = " AND ".join(
            f"{self.column(order_column(attribute))} = ?" for attribute in self._key
        )
        item = item_column(self.schema)
        self.item = item if item == ITEM_COLUMN else self.column(item)
        self.select_item = f"SELECT {self.item} FROM {self.quoted} WHERE {self.match_key}"
        self.delete = f"DELETE FROM {self.quoted} WHERE {self.match_key}"
        self.is_alive = ""
        self.select_expiring = self.select_item
        if (name_of_expiry := expires_column(self.schema)) is not None:
            expires = self.column(name_of_expiry)
            self.is_alive = f"({expires} IS NULL OR {expires} > ?)"
            self.select_expiring = self.select_item.replace(
                f"SELECT {self.item}", f"SELECT {self.item}, {expires}", 1
            )

    def column(self, name: str) -> str:
        """A column in SQL text, with its table: SQLite takes an unknown quoted name for a text,
        unless it is qualified. Source: https://www.sqlite.org/quirks.html#dblquote
        """
        return f"{self.quoted}.{quote(name)}"

    def _upsert(self) -> str:
        names = [name for attribute in self._attributes for name in columns_of(attribute)]
        if (expires := expires_column(self.schema)) is not None:
            names.append(expires)
        names.append(item_column(self.schema))
        key = ", ".join(quote(order_column(attribute)) for attribute in self._key)
        places = ", ".join("?" * len(names))
        columns = ", ".join(map(quote, names))
        fixed = {name for attribute in self._key for name in columns_of(attribute)}
        changed = ", ".join(
            f"{quote(name)} = excluded.{quote(name)}" for name in names if name not in fixed
        )
        return (
            f"INSERT INTO {self.quoted} ({columns}) VALUES ({places}) "
            f"ON CONFLICT ({key}) DO UPDATE SET {changed}"
        )

    def key(self, key: Sequence[Any]) -> tuple[Any, ...]:
        """The parameters that find a primary key."""
        pairs = zip(self._key, key, strict=True)
        return tuple([ordered_value(attribute, value) for attribute, value in pairs])

    def row(self, item: Item) -> tuple[Any, ...]:
        """The parameters of `upsert`. Raises InvalidCall if the target refuses the item."""
        text = to_json(item)
        if not is_text(text):
            check_texts(self.rules, self.table, item)
        levels = text.count("{") + text.count("[")
        unnamed = '"":' in text
        check_item(self.rules, self.table, item, length=len(text), levels=levels, unnamed=unnamed)
        values: list[Any] = []
        for attribute in self._attributes:
            value = item.get(attribute.name)
            if attribute.kind == "N":
                values += number_values(cast("int | Decimal | None", value))
            else:
                values.append(value)
        if self._expires is not None:
            expires = item.get(self._expires)
            values.append(expires if isinstance(expires, int) else None)
        values.append(text)
        return tuple(values)

    def index(self, index: IndexDescription | None) -> IndexSchema | None:
        """The schema of a declared index."""
        return None if index is None else self.schema.indexes[index.name]
