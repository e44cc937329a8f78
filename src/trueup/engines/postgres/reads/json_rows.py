"""Rows as JSON: the server writes each as one text, which pydantic reads straight into a model.

A strict reading of the text gives the model that the slow way gives, which reads each column, then
validates plain values. What JSON would not carry exactly does not pass strictly, and goes that way:

* A number is a number for an int or a float, and a text for a Decimal. Anything else that a column
  of numbers can hold (a fraction for an int, more than 38 digits, NaN) is a list of its text.
* An absent attribute has no place, or is null if that reads as None.
* What is not in the columns comes beside the text, and is rare.

Bytes, unions, Decimals inside of other values, and sets outside of arrays have no such form: tables
with them are read column by column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from ....expressions.values import Item, exact_number
from ....model.translation.decode import knows_all_it_reads, sees_stored_values
from ....model.translation.encode import field_codecs
from ....model.translation.restore import absent_values
from ....model.translation.shapes import Leaf, ListOf, MapOf, Record, Scalar, Shape
from ..tables.compile import TableSql
from ..values.codec import escaped, from_json, has_tags
from ..values.columns import shown
from ..values.names import literal, quote
from ..values.types import Column, Form

_MOST_COLUMNS = 90
"""A function of PostgreSQL takes 100 arguments.
Source: https://www.postgresql.org/docs/15/runtime-config-preset.html (max_function_args)"""

_ELSE = """ELSE '["' || {0}::text || '"]' END"""
_FITS = "abs({0}) < 1e38 AND length({0}::text) <= 38"
_INTEGER = f"CASE WHEN {{0}} = trunc({{0}}) AND {_FITS} THEN trunc({{0}})::text {_ELSE}"
_NUMERIC = {
    Leaf.INTEGER: _INTEGER,
    Leaf.EPOCH: _INTEGER,
    Leaf.NUMBER_ENUM: _INTEGER,
    Leaf.FLOAT: f"CASE WHEN {_FITS} THEN trim_scale({{0}})::text {_ELSE}",
    Leaf.NUMBER: f"""CASE WHEN {_FITS} THEN '"' || trim_scale({{0}})::text || '"' {_ELSE}""",
}
_REAL = "CASE WHEN {0} = 0 OR abs({0}) BETWEEN 1e-120 AND 1e120 THEN ({0} + 0)::text " + _ELSE
_OF_ARRAYS = frozenset({Form.TEXT, Form.UUID, Form.DATE, Form.INTEGER})
_INSIDE = frozenset(Leaf) - {Leaf.BYTES, Leaf.NUMBER}


def json_rows(sql: TableSql) -> JsonRows | None:
    """How the rows of a table are read as JSON; None if some column has no such form."""
    model = sql.table.model
    if (
        sql.table.has_entities
        or sql.codec.derived
        or len(sql.columns) > _MOST_COLUMNS
        or not sees_stored_values(model)
    ):
        return None
    shapes = {codec.attribute: codec.shape for codec in field_codecs(model)}
    parts = [(column, _part(column, shapes.get(column.attribute))) for column in sql.columns]
    known = [(column, part) for column, part in parts if part]
    return JsonRows(sql, known) if len(known) == len(parts) else None


def _part(column: Column, shape: Shape | None) -> str:
    """The expression of a column's value as JSON; empty if there is none."""
    name = quote(column.name)
    match column.form, shape:
        case Form.TEXT, Scalar():
            return f"to_json({shown(column)})::text"
        case ((Form.BOOLEAN | Form.INTEGER), Scalar()):
            return f"{name}::text"
        case Form.NUMBER, Scalar(leaf) if leaf in _NUMERIC:
            return _NUMERIC[leaf].format(name)
        case Form.REAL, Scalar(Leaf.FLOAT):
            return _REAL.format(name)
        case ((Form.INSTANT | Form.SECONDS | Form.DATE | Form.UUID), Scalar()):
            return f"""'"' || {shown(column)} || '"'"""
        case ((Form.ARRAY | Form.SET), _) if column.type.element in _OF_ARRAYS:
            is_whole = column.type.element is Form.INTEGER
            return f"to_json({name if is_whole else shown(column)})::text"
        case Form.JSON, (ListOf() | MapOf() | Record()) if _is_exact(shape, set()):
            return shown(column)
        case _:
            return ""


def _is_exact(shape: Shape, seen: set[type[BaseModel]]) -> bool:
    """Whether JSON carries all values of a shape, those inside of it included."""
    match shape:
        case Scalar(leaf):
            return leaf in _INSIDE
        case ListOf(element) | MapOf(element):
            return _is_exact(element, seen)
        case Record(model):
            new = model not in seen
            seen.add(model)
            return not new or all(_is_exact(codec.shape, seen) for codec in field_codecs(model))
        case _:
            return False


def _validation(annotation: Any, extra: Literal["allow", "forbid"]) -> Callable[[str], Any]:
    """pydantic's validation of JSON, without the call around it."""
    validate = TypeAdapter(annotation).validator.validate_json
    return partial(validate, strict=True, extra=extra, by_alias=True, by_name=False)


class JsonRows:
    """Reads the rows of `selected`: the text of each, and what is not in its columns."""

    def __init__(self, sql: TableSql, parts: Sequence[tuple[Column, str]]) -> None:
        model: Any = sql.table.model
        self._sql = sql
        # An unknown attribute goes the slow way, which keeps it: a dictionary for them in each
        # model costs a tenth of the time.
        extra: Literal["allow", "forbid"] = "forbid" if knows_all_it_reads(model) else "allow"
        self._one = _validation(model, extra)
        self._many = _validation(list[model], extra)
        absent = absent_values(model)
        self._nulls = {
            column.attribute: column.is_null
            for column, _ in parts
            if column.is_null or (column.form is not Form.JSON and column.attribute in absent)
        }
        self._readers = {
            column.attribute: _READERS[column.form]
            for column, _ in parts
            if column.form in _READERS
        }
        pieces = ", ".join(self._piece(column, part) for column, part in parts)
        self.selected = f"concat('{{', {pieces}, '}}'), {sql.more}"

    def _piece(self, column: Column, part: str) -> str:
        """The name and the value of an attribute in JSON; NULL if it has no place."""
        comma = "" if column is self._sql.columns[0] else ","
        name = json.dumps(escaped(column.attribute), ensure_ascii=False)
        value = f"coalesce({part}, 'null')" if column.attribute in self._nulls else part
        return f"{literal(f'{comma}{name}:')} || {value}"

    def item(self, row: Sequence[Any]) -> Item:
        """The item of a row, in plain values."""
        text, more = row
        item: Item = from_json(text, self._sql.where)
        for attribute, is_value in self._nulls.items():
            if not is_value and item[attribute] is None:
                del item[attribute]
        for attribute, read in self._readers.items():
            if item.get(attribute) is not None:
                item[attribute] = read(item[attribute])
        if more is not None:
            item.update(from_json(more, self._sql.where))
        return item

    def strict_model(self, text: str) -> Any:
        """The model of a row's text, if it is read strictly; else None."""
        return _read(self._one, text)

    def model(self, row: Sequence[Any]) -> Any:
        """The model of a row."""
        model = self.strict_model(row[0]) if _is_whole(row) else None
        return self._sql.codec.decode(self.item(row)) if model is None else model

    def models(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """The models of several rows, in order."""
        models: list[Any] | None = None
        if all(map(_is_whole, rows)):
            models = _read(self._many, f"[{','.join([row[0] for row in rows])}]")
        return [self.model(row) for row in rows] if models is None else models


def _read(validate: Callable[[str], Any], text: str) -> Any:
    """What pydantic reads; None if it is not strictly as declared, or has tags: the slow way reads
    these, or says what is wrong."""
    try:
        return None if has_tags(text) else validate(text)
    except ValidationError:  # it holds the text
        return None


def _is_whole(row: Sequence[Any]) -> bool:
    """Whether all attributes stand in the columns."""
    return row[1] is None or row[1] == "{}"


def _number(value: Any) -> Any:
    """The number that stands in a text for one of the columns of numbers."""
    if type(value) is int:
        return value
    return exact_number(Decimal(value[0] if isinstance(value, list) else value))


def _real(value: Any) -> Any:
    """The number of a float: the server may write more digits than Python needs."""
    return exact_number(float(value[0] if isinstance(value, list) else value))


def _set(values: list[Any]) -> Any:
    """The elements of an array; those of one with more dimensions stay, to be refused."""
    return values if any(isinstance(value, list) for value in values) else set(values)


_READERS: dict[Form, Callable[[Any], Any]] = {
    Form.INTEGER: _number,
    Form.NUMBER: _number,
    Form.REAL: _real,
    Form.SET: _set,
}
