"""Conditions on the parts of a composed sort key, as one condition on its text.

Equality on the first parts is a text that the key begins with, and a range on the next part is a
range of texts. Only parts of a fixed width have a range, as numbers and dates do: of texts, the
order of the keys is not that of the parts, since a separator follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions.condition import (
    And,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Op,
    paths,
)
from ...expressions.path import Path
from ..declarations.base import Model
from ..declarations.templates import Template
from ..description.tables import KeyAttribute, TableDescription
from ..translation.encode import FieldCodec, field_codecs
from ..translation.shapes import Leaf, Scalar

_FIXED = frozenset(
    {
        *(Leaf.INTEGER, Leaf.NUMBER, Leaf.FLOAT, Leaf.BOOLEAN, Leaf.NUMBER_ENUM, Leaf.EPOCH),
        *(Leaf.DATE, Leaf.DATETIME, Leaf.SECONDS, Leaf.UUID),
    }
)
_LAST = "\U0010ffff"
"""The greatest character, by the bytes of UTF-8."""


def named_parts(given: Mapping[str, Any], models: Sequence[type[Model]]) -> Condition | None:
    """The condition that fields are equal to values; None if none is named."""
    found: list[Condition] = []
    for name, value in given.items():
        root = next((model for model in models if name in model.model_fields), models[0])
        found.append(Comparison(Op.EQ, Path(root, (name,)), value))
    return reduce(and_, found) if found else None


def joined_parts(
    condition: Condition, table: TableDescription, keys: Sequence[KeyAttribute]
) -> Condition:
    """The condition with its parts about parts of sort keys joined, one for each key.

    condition: in stored names and plain values. keys: the attributes of the sort key, in order.

    Raises InvalidCall (invalid-expression, invalid-number, reserved-separator).
    """
    known = {key.attribute for key in keys}
    asked = {str(path.segments[0]) for path in paths(condition)}
    if asked <= known:
        return condition
    conjuncts = list(_conjuncts(condition))
    joined: list[Condition] = []
    for key in keys:
        composed = _composed(table, key, asked - known)
        if composed is not None:
            mine = [one for one in conjuncts if _attribute(one) in composed.attributes]
            conjuncts = [one for one in conjuncts if one not in mine]
            joined.append(_Parts(key, composed, mine).joined())
    return reduce(and_, [*joined, *conjuncts])


class _Composed:
    """A composed key in one model: its template, and its parts by their stored names."""

    def __init__(self, template: Template, codecs: Mapping[str, FieldCodec]) -> None:
        self.template = template
        self.parts = [codecs[name] for name in template.fields]
        self.attributes = {codec.attribute: codec for codec in self.parts}


def _composed(table: TableDescription, key: KeyAttribute, asked: set[str]) -> _Composed | None:
    """The composed form of a key that has one of the attributes asked for as a part.

    Raises InvalidCall if several entities compose it differently.
    """
    found: dict[str, _Composed] = {}
    for model in table.models.values():
        codecs = {codec.name: codec for codec in field_codecs(model)}
        template = codecs[key.name].template if key.name in codecs else None
        if template is not None:
            composed = _Composed(template, codecs)
            if asked & composed.attributes.keys():
                found[template.text] = composed
    whole = [one for one in found.values() if asked <= one.attributes.keys()]
    if len(found) > 1 and len(whole) != 1:
        raise InvalidCall(
            f"{key.name!r} is composed in several ways from these parts: {', '.join(found)}",
            code=ErrorCode.INVALID_EXPRESSION,
            where=Place(attribute=key.attribute),
            fix="give the text that the key begins with: at(path).begins_with(...)",
        )
    return next(iter(whole or found.values()), None)


class _Parts:
    """The conditions on the parts of one key."""

    def __init__(
        self, key: KeyAttribute, composed: _Composed, conditions: Sequence[Condition]
    ) -> None:
        self._key = key
        self._path = Path(None, (key.attribute,))
        self._composed = composed
        self._template = composed.template
        self._equal: dict[str, Any] = {}
        self._range: Condition | None = None
        for condition in conditions:
            self._take(condition)

    def _take(self, condition: Condition) -> None:
        name = self._composed.attributes[str(_attribute(condition))].name
        is_equal = isinstance(condition, Comparison) and condition.op is Op.EQ
        if name in self._equal or (not is_equal and self._range is not None):
            raise self._refused("holds two conditions on parts, of which one is enough", name)
        if isinstance(condition, Comparison) and is_equal:
            self._equal[name] = condition.right
        else:
            self._range = condition

    def joined(self) -> Condition:
        """One condition on the text of the key."""
        parts = self._template.fields
        first = parts[: len(self._equal)]
        if missing := [name for name in first if name not in self._equal]:
            name = next(name for name in self._equal if name not in first)
            what = f"names the part {name!r} without the parts before it: {', '.join(missing)}"
            raise self._refused(what, name)
        if len(first) == len(parts) and self._range is None:
            return Comparison(Op.EQ, self._path, self._template.build(self._equal))
        begin = self._template.begin(self._equal, len(first))
        if self._range is None:
            return BeginsWith(self._path, begin)
        codec = self._composed.attributes[str(_attribute(self._range))]
        if codec is not self._composed.parts[len(first)]:
            name = codec.name
            raise self._refused(f"names the part {name!r} without those before it", name)
        return self._ranged(begin, codec, len(first))

    def _ranged(self, begin: str, codec: FieldCodec, position: int) -> Condition:
        """The range of texts that begin so, and whose next part lies in the range."""
        if isinstance(self._range, BeginsWith) and codec.shape == Scalar(Leaf.TEXT):
            text = self._template.part(position, self._range.prefix)
            return BeginsWith(self._path, begin + text)
        if not isinstance(codec.shape, Scalar) or codec.shape.leaf not in _FIXED:
            raise self._refused(
                f"holds a range on {codec.name!r}, whose texts are not ordered as the keys are",
                codec.name,
            )
        match self._range:
            case Between(_, low, high):
                first = self._text(begin, position, low)
                return self._between(first, self._end(begin, position, high))
            case Comparison(Op.GE, _, low):
                return self._between(self._text(begin, position, low), begin + _LAST)
            case Comparison(Op.GT, _, low):
                return self._between(self._end(begin, position, low), begin + _LAST)
            case Comparison(Op.LE, _, high):
                return self._between(begin, self._end(begin, position, high))
            case Comparison(Op.LT, _, high):
                text = self._text(begin, position, high)
                return self._between(begin, text[:-1] + chr(ord(text[-1]) - 1) + _LAST)
            case _:
                raise self._refused("holds a condition that no key answers", codec.name)

    def _between(self, low: str, high: str) -> Condition:
        return Between(self._path, low, high)

    def _text(self, begin: str, position: int, value: Any) -> str:
        """The first text with this part."""
        return begin + self._template.part(position, value)

    def _end(self, begin: str, position: int, value: Any) -> str:
        """A text behind all with this part, and before all with the next one."""
        following = self._template.literals[position + 1]
        after = chr(ord(following[0]) + 1) if following else "\x01"
        return self._text(begin, position, value) + after

    def _refused(self, what: str, name: str) -> InvalidCall:
        return InvalidCall(
            f"sort= {what}",
            code=ErrorCode.INVALID_EXPRESSION,
            where=Place(attribute=name),
            fix=f"{self._key.name!r} is composed as {self._template.text!r}: give its first parts "
            "equal values, then perhaps a range on the next, if that is a number or a date; put "
            "other conditions into filter=",
        )


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for part in condition.parts:
            yield from _conjuncts(part)
    else:
        yield condition


def _attribute(condition: Condition) -> str | None:
    """The attribute that a condition of one operand is about; None for others."""
    match condition:
        case Comparison(_, Path() as path, value) if not isinstance(value, Path):
            return str(path.segments[0])
        case Between(Path() as path, _, _) | BeginsWith(path, _):
            return str(path.segments[0])
        case _:
            return None
