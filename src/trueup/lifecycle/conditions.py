"""Conditions as people type them: `entity_type=student`, `health_score<70`, `sk^=2025-01`.

    =  !=  <  <=  >  >=      compare
    ^=  or  begins_with      the text starts so
    =10..20                  from 10 to 20, both included
    ==10..20                 equality with a text that has two dots

A name is that of a field or of its stored attribute; `address.city` goes further down.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from .._dataclass import dataclass
from ..errors import ErrorCode, InvalidCall, Place
from ..expressions.condition import BeginsWith, Between, Comparison, Condition, Op
from ..expressions.path import Path, Segment
from ..model.declarations.base import Model
from ..model.description.tables import TableDescription
from ..model.translation.encode import adapter_of, field_codecs
from ..model.translation.follow import follow
from ..model.translation.refused_value import refused_value
from ..model.translation.text_forms import expected_form, form_of

_FORMS = (
    "write field=value, !=, <, <=, >, >=, field^=prefix or field=low..high; in a shell, quotes "
    "keep < and > from being redirections"
)
_TYPED = re.compile(
    r"(?P<path>[^\s=<>!^]+)(?P<gap>\s*)(?P<op>(?<=\s)begins_with(?=\s)|!=|<=|>=|\^=|==|=|<|>)(?P<value>.*)",
    re.DOTALL,
)
_SEGMENT = re.compile(r"\.?([^.\[\]]+)|\[([0-9]{1,6})\]")


class TypedOp(StrEnum):
    """What a typed condition asks."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BEGINS = "^="
    BETWEEN = ".."


_COMPARISONS = {
    TypedOp.EQ: Op.EQ,
    TypedOp.NE: Op.NE,
    TypedOp.LT: Op.LT,
    TypedOp.LE: Op.LE,
    TypedOp.GT: Op.GT,
    TypedOp.GE: Op.GE,
}


@dataclass(frozen=True, slots=True)
class TypedCondition:
    """A condition on an attribute, with values of the attribute's type.

    path: from the model that has the field. values: two for BETWEEN, else one.
    """

    path: Path
    op: TypedOp
    values: tuple[Any, ...]

    @property
    def field(self) -> str:
        """The field, if the condition is on a whole field; else empty."""
        return str(self.path.segments[0]) if len(self.path.segments) == 1 else ""

    @property
    def condition(self) -> Condition:
        """The condition, in names of fields and values of their types."""
        if self.op is TypedOp.BETWEEN:
            return Between(self.path, *self.values)
        (value,) = self.values
        if self.op is TypedOp.BEGINS:
            return BeginsWith(self.path, value)
        return Comparison(_COMPARISONS[self.op], self.path, value)


def read_condition(table: TableDescription, text: str) -> TypedCondition:
    """The condition that a text asks of a table's items.

    Raises:
        InvalidCall: (invalid-expression) it is no condition; (unknown-attribute) no field has the
            name; (wrong-type, invalid-value, …) the value does not fit the field.
    """
    found = _TYPED.fullmatch(text.lstrip())
    if found is None:
        raise _no_condition(table, text)
    path = _path(table, found["path"])
    value = found["value"].lstrip() if found["gap"] else found["value"]
    op, texts = _operator(found["op"], value)
    if op is TypedOp.BEGINS:
        return TypedCondition(path, op, texts)
    return TypedCondition(path, op, tuple(_value(table, path, one) for one in texts))


def _operator(op: str, value: str) -> tuple[TypedOp, tuple[str, ...]]:
    if op == "begins_with":
        op = "^="
    if op == "==":
        return TypedOp.EQ, (value,)
    low, dots, high = value.partition("..")
    if op == "=" and dots and low and high:
        return TypedOp.BETWEEN, (low, high)
    return TypedOp(op), (value,)


def _path(table: TableDescription, text: str) -> Path:
    """The path that a text names, by fields or by stored names."""
    segments = _segments(text)
    if segments:
        for model in (table.model, *table.models.values()):
            name = _field_name(model, str(segments[0]))
            path = (name, *segments[1:])
            if name and follow(model, path):
                return Path(model, path)
    names = dict.fromkeys(attribute.name for attribute in table.attributes)
    raise InvalidCall(
        f"there is no attribute {text!r}",
        code=ErrorCode.UNKNOWN_ATTRIBUTE,
        where=Place(table=table.name),
        fix=f"the attributes are: {', '.join(names)}",
    )


def _segments(text: str) -> tuple[Segment, ...]:
    if re.fullmatch(rf"(?:{_SEGMENT.pattern})+", text) is None:
        return ()
    return tuple(name if name else int(position) for name, position in _SEGMENT.findall(text))


def _field_name(model: type[Model], name: str) -> str:
    """The field called so in Python, else the one that is stored under the name; or empty."""
    codecs = field_codecs(model)
    by_name = [codec.name for codec in codecs if codec.name == name]
    return next(iter(by_name or [codec.name for codec in codecs if codec.attribute == name]), "")


def _value(table: TableDescription, path: Path, text: str) -> Any:
    """The value of a text, by the type of the attribute at the path."""
    assert path.root is not None
    target = follow(path.root, path.segments)
    assert target is not None
    where = Place(table=table.name, attribute=str(path))
    try:
        value = adapter_of(target.annotation).validate_strings(text)
    except ValidationError as error:
        refusal = refused_value(error, str(path), where)
        if form := form_of(target.annotation):
            refusal.fix = f"write it as {form}"
    else:
        if form := expected_form(value, text, target.annotation):
            raise _other_form(str(path), where, form)
        if not isinstance(value, datetime) or value.tzinfo is not None:
            return value
        what = f"a value for {str(path)!r} does not fit: the instant has no time zone"
        fix = f"write it as {form_of(datetime)}"
        refusal = InvalidCall(what, code=ErrorCode.NAIVE_DATETIME, where=where, fix=fix)
    raise refusal


def _other_form(name: str, where: Place, form: str) -> InvalidCall:
    return InvalidCall(
        f"a value for {name!r} does not fit: it is not written as its type is",
        code=ErrorCode.WRONG_TYPE,
        where=where,
        fix=f"write it as {form}",
    )


def _no_condition(table: TableDescription, text: str) -> InvalidCall:
    return InvalidCall(
        f"{text!r} is no condition",
        code=ErrorCode.INVALID_EXPRESSION,
        where=Place(table=table.name),
        fix=_FORMS,
    )
