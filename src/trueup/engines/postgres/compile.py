"""TableSql: the SQL texts of one table, written once, and between its rows and items."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions.values import Item, is_text
from ...model.description.tables import TableDescription
from ...model.translation.codec import TableCodec
from ...operations.engine import Rules
from ...operations.plans.item_checks import check_item, check_texts
from .codec import from_json, to_json
from .columns import cast, holds_exactly, parameter, reader, shown
from .layout import MORE, Column, Form, columns_of, declared
from .names import literal, quote
from .payload import Parameters

_NUMBER_LENGTH = 40
_FEW_BYTES = 200


class TableSql:
    """One table of one database."""

    def __init__(self, table: TableDescription, name: str, rules: Rules) -> None:
        self.table = table
        self.rules = rules
        self.codec = TableCodec(table)
        self.schema = declared(table, name)
        self.columns = columns_of(table)
        self.by_attribute = {column.attribute: column for column in self.columns}
        self.key = tuple(self.by_attribute[one.attribute] for one in table.key)
        self.quoted = quote(name)
        self.where = Place(rules.engine, table=table.name)
        self._readers = tuple((one.attribute, reader(one.form)) for one in self.columns)
        self.selected = ", ".join([*map(shown, self.columns), self._more()])
        self.match_key = " AND ".join(
            f"{quote(column.name)} = ${number}::{cast(column.form)}"
            for number, column in enumerate(self.key, start=1)
        )
        self.select = f"SELECT {self.selected} FROM {self.quoted} WHERE {self.match_key}"
        self.lock = f"{self.select} FOR UPDATE"
        self.delete = f"DELETE FROM {self.quoted} WHERE {self.match_key}"
        self.take = f"{self.delete} RETURNING {self.selected}"
        written = (*self.columns, MORE)
        conflict = f"ON CONFLICT ({', '.join(quote(column.name) for column in self.key)}) DO"
        insert = f"INSERT INTO {self.quoted} {_values(written)} {conflict}"
        changed = ", ".join(
            f"{quote(column.name)} = excluded.{quote(column.name)}"
            for column in written
            if not column.is_key
        )
        self.upsert = f"{insert} UPDATE SET {changed}"
        self.insert = f"{insert} NOTHING RETURNING true"
        self.hold = f"INSERT INTO {self.quoted} {_values(self.key)} {conflict} NOTHING RETURNING 1"
        self.expires = self._expires()

    def _more(self) -> str:
        """What reads the attributes without a column; a strict table also looks for columns that
        its layer does not know, since it refuses to read them."""
        if self.table.on_read == "keep":
            return shown(MORE)
        known = ", ".join(literal(column.name) for column in (*self.columns, MORE))
        others = f"jsonb_strip_nulls(to_jsonb({self.quoted}) - ARRAY[{known}])"
        return f"(coalesce({quote(MORE.name)}, '{{}}') || {others})::text"

    def _expires(self) -> str:
        """The condition `{}` that a row has not expired at an instant: whole seconds at or before
        it have passed; anything else never does. Empty if items of the table do not expire."""
        if self.table.expires is None:
            return ""
        column = self.by_attribute[self.table.expires.attribute]
        name = quote(column.name)
        if column.form is not Form.NUMBER:
            return ""
        return f"({name} IS NULL OR {name} > {{0}}::numeric OR {name} <> trunc({name}))"

    def key_parameters(self, key: Sequence[Any]) -> Parameters:
        """The parameters that find a primary key."""
        pairs = zip(self.key, key, strict=True)
        return tuple([self._key_parameter(column, value) for column, value in pairs])

    def _key_parameter(self, column: Column, value: Any) -> Any:
        if holds_exactly(column.form, value):
            return parameter(column.form, value)
        raise InvalidCall(
            f"the key attribute {column.attribute!r} has a value that is no {column.form.value}",
            where=self.where,
            fix="give an instant as the model writes it",
            code=ErrorCode.INVALID_KEY,
        )

    def item(self, row: Sequence[Any]) -> Item:
        """The item in the columns of a row, as `selected` reads them."""
        item: Item = {}
        for (attribute, read), value in zip(self._readers, row, strict=False):
            if value is not None:
                item[attribute] = value if read is None else read(value)
        more = row[len(self._readers)]
        if more is not None:
            item.update(from_json(more, self.where))
        return item

    def row(self, item: Item) -> Parameters:
        """The parameters of `upsert`. Raises InvalidCall if the target, or PostgreSQL, refuses the
        item."""
        values: list[Any] = []
        more = {name: value for name, value in item.items() if name not in self.by_attribute}
        for column in self.columns:
            value = item.get(column.attribute)
            if value is None or not holds_exactly(column.form, value):
                if column.attribute in item:
                    if column.is_key:
                        self._key_parameter(column, value)
                    more[column.attribute] = value
                values.append(None)
            else:
                values.append(parameter(column.form, value))
        values.append(to_json(more) if more else None)
        self._check(item, values)
        return tuple(values)

    def _check(self, item: Item, values: Sequence[Any]) -> None:
        """Refuse what the target refuses, measured by what would be written."""
        texts = [value for value in values if isinstance(value, str)]
        if not all(map(is_text, texts)):
            check_texts(self.rules, self.table, item)
        nested = [text for text in texts if "{" in text or "[" in text]
        length = sum(len(value) for value in values if isinstance(value, str | bytes))
        check_item(
            self.rules,
            self.table,
            item,
            length=length + sum(map(len, item)) + _NUMBER_LENGTH * len(values),
            levels=1 + sum(text.count("{") + text.count("[") for text in nested),
            unnamed=any('"":' in text for text in nested),
        )


def _values(columns: Sequence[Column]) -> str:
    """The columns of an INSERT, and their parameters."""
    names = ", ".join(quote(column.name) for column in columns)
    places = ", ".join(
        f"${number}::{cast(column.form)}" for number, column in zip(count(1), columns)
    )
    return f"({names}) VALUES ({places})"
