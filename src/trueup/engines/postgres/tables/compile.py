"""TableSql: the SQL texts of one table, written once, and between its rows and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from ....errors import ErrorCode, InvalidCall, Place
from ....expressions.values import Item, is_text
from ....model.description.tables import TableDescription
from ....model.translation.codec import TableCodec
from ....operations.engine import Rules
from ....operations.plans.item_checks import check_item, check_texts
from ..payload import Parameters
from ..values.codec import from_json, to_json
from ..values.columns import holder, reader, shown, writer
from ..values.names import literal, quote
from ..values.types import Column, Form
from .json_batch import rows_of_json
from .layout import columns_of, declared, makes_values, own_values, rest_column

_NUMBER_LENGTH = 40


class TableSql:
    """One table of one database.

    names: logical to physical names of all tables, for references.
    """

    def __init__(self, table: TableDescription, names: Mapping[str, str], rules: Rules) -> None:
        self.table = table
        self.rules = rules
        self.codec = TableCodec(table)
        self.schema = declared(table, names)
        self.columns = columns_of(table, names[table.name])
        self.rest = rest_column(table)
        self.by_attribute = {column.attribute: column for column in self.columns}
        self.key = tuple(self.by_attribute[one.attribute] for one in table.key)
        self.quoted = quote(self.schema.name)
        self.where = Place(rules.engine, table=table.name)
        self.written = tuple(column for column in self.columns if not column.is_generated)
        self.has_constraints = table.relational is not None
        self._readers = tuple((one, reader(one.type)) for one in self.columns)
        self._writers = {
            one.attribute: (one, holder(one.type), writer(one.type))
            for one in self.columns
            if not one.is_generated
        }
        limits = rules.limits
        bounds = (limits.item_bytes, limits.sort_key_bytes, limits.depth, limits.name_bytes)
        self._has_limits = not (rules.capabilities.empty_names and set(bounds) == {None})
        self.more = self._more()
        self.selected = ", ".join([*map(shown, self.columns), self.more])
        self.match_key = " AND ".join(
            f"{quote(column.name)} = {column.placed(f'${number}')}"
            for number, column in enumerate(self.key, start=1)
        )
        self.select = f"SELECT {self.selected} FROM {self.quoted} WHERE {self.match_key}"
        self.lock = f"{self.select} FOR UPDATE"
        self.delete = f"DELETE FROM {self.quoted} WHERE {self.match_key}"
        self.take = f"{self.delete} RETURNING {self.selected}"
        self._write_inserts()
        self.expires = self._expires()

    def _write_inserts(self) -> None:
        """The texts that write rows. What the database makes of a row is returned, as far as it can
        differ from what is written."""
        all_written = (*self.written, *((self.rest,) if self.rest else ()))
        conflict = f"ON CONFLICT ({', '.join(quote(column.name) for column in self.key)}) DO"
        insert = f"INSERT INTO {self.quoted} {_values(all_written)} {conflict}"
        changed = ", ".join(
            f"{quote(column.name)} = {self._replacing(column, number)}"
            for number, column in enumerate(all_written, start=1)
            if not column.is_key
        )
        self.is_made_by_database = makes_values(self.table)
        self.own_values = own_values(self.table)
        returning = f" RETURNING {self.selected}" if self.is_made_by_database else ""
        replacing = self._on_conflict(changed, returning)
        self.upsert = f"{insert} {replacing}{returning}"
        self.insert = f"{insert} NOTHING{returning or ' RETURNING true'}"
        is_plain = not self.is_made_by_database and not any(one.given for one in self.written)
        of_json = f"INSERT INTO {self.quoted} {rows_of_json(all_written)} {conflict}"
        self.upsert_all = f"{of_json} {replacing}" if is_plain else ""
        self.hold = f"INSERT INTO {self.quoted} {_values(self.key)} {conflict} NOTHING RETURNING 1"
        self.lock_all = f"LOCK TABLE {self.quoted} IN SHARE ROW EXCLUSIVE MODE"

    def _on_conflict(self, changed: str, returning: str) -> str:
        """What an upsert does with a stored row. One that is all key stays as it is; if it shall be
        returned it has to be written, and so its key is set to itself."""
        if changed:
            return f"UPDATE SET {changed}"
        key = quote(self.key[0].name)
        return f"UPDATE SET {key} = excluded.{key}" if returning else "NOTHING"

    def _replacing(self, column: Column, number: int) -> str:
        """The new value of a stored row's column: one that is not given stays, if the database
        gives it."""
        new = f"excluded.{quote(column.name)}"
        if not column.given:
            return new
        stored = f"{self.quoted}.{quote(column.name)}"
        return f"CASE WHEN {column.placed(f'${number}')} IS NULL THEN {stored} ELSE {new} END"

    def _more(self) -> str:
        """What reads the attributes without a column; a strict table also looks for columns that
        its layer does not know, since it refuses to read them."""
        if self.rest is None:
            return "NULL"
        if self.table.on_read == "keep":
            return shown(self.rest)
        known = ", ".join(literal(column.name) for column in (*self.columns, self.rest))
        others = f"jsonb_strip_nulls(to_jsonb({self.quoted}) - ARRAY[{known}])"
        return f"(coalesce({quote(self.rest.name)}, '{{}}') || {others})::text"

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
        _, holds, write = self._writers[column.attribute]
        if holds(value):
            return value if write is None else write(value)
        raise InvalidCall(
            f"the key attribute {column.attribute!r} has a value that is no {column.type.name}",
            where=self.where,
            fix="give an instant as the model writes it",
            code=ErrorCode.INVALID_KEY,
        )

    def item(self, row: Sequence[Any]) -> Item:
        """The item in the columns of a row, as `selected` reads them."""
        item: Item = {}
        for (column, read), value in zip(self._readers, row, strict=False):
            if value is not None:
                item[column.attribute] = value if read is None else read(value)
            elif column.is_null:
                item[column.attribute] = None
        more = row[len(self._readers)]
        if more is not None:
            item.update(from_json(more, self.where))
        return item

    def row(self, item: Item) -> Parameters:
        """The parameters of `upsert`. Raises InvalidCall if the target, or PostgreSQL, refuses the
        item."""
        values: list[Any] = []
        rest = {name: value for name, value in item.items() if name not in self.by_attribute}
        for attribute, (column, holds, write) in self._writers.items():
            value = item.get(attribute)
            if value is not None and holds(value):
                values.append(value if write is None else write(value))
                continue
            values.append(None)
            if attribute in item:
                self._put_elsewhere(column, value, rest)
        if self.rest is not None:
            values.append(to_json(rest) if rest else None)
        elif rest:
            raise self._homeless(rest)
        self._check(item, values)
        return tuple(values)

    def _put_elsewhere(self, column: Column, value: Any, rest: Item) -> None:
        """Keep a value that its column does not hold beside it, if that is allowed."""
        if column.is_key:
            self._key_parameter(column, value)
        if not column.is_strict:
            rest[column.attribute] = value
        elif value is not None:
            raise InvalidCall(
                f"the column {column.name!r} of type {column.type.name} cannot hold this value",
                where=replace(self.where, attribute=column.attribute),
                fix="give a value of the column's type, within its limits",
                code=ErrorCode.INVALID_VALUE,
            )

    def _homeless(self, rest: Item) -> InvalidCall:
        return InvalidCall(
            f"the table has no column for {', '.join(sorted(rest))}",
            where=self.where,
            fix="declare them, or a column for them with Relational(unknown_attributes=…)",
            code=ErrorCode.UNKNOWN_ATTRIBUTE,
        )

    def _check(self, item: Item, values: Sequence[Any]) -> None:
        """Refuse what the target refuses, measured by what would be written."""
        texts = [text for value in values for text in _texts(value)]
        if not all(map(is_text, texts)):
            check_texts(self.rules, self.table, item)
        if not self._has_limits:
            return
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


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, list):
        return value
    return (value,) if isinstance(value, str) else ()


def _values(columns: Sequence[Column]) -> str:
    """The columns of an INSERT, and their parameters."""
    names = ", ".join(quote(column.name) for column in columns)
    places = ", ".join(
        _given(column, column.placed(f"${number}")) for number, column in zip(count(1), columns)
    )
    return f"({names}) VALUES ({places})"


def _given(column: Column, value: str) -> str:
    """The value of a new row's column: the database's own if none is given."""
    return f"coalesce({value}, {column.given})" if column.given else value
