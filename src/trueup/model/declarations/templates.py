"""Key templates: a text built from several fields, and parsed into them again.

`"{control_key}#{mapped_control_key}"` is injective: different pairs give different texts, because
separators are escaped inside a part (`%` and two hex digits, as in a URL). A part without a
separator and without `%` is unchanged. Numbers and dates have a fixed width, so that the order of
the texts is the order of the values.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from decimal import Context, Decimal
from functools import cached_property
from typing import Any

from ..._dataclass import dataclass
from ...errors import DeclarationError, ErrorCode, InvalidCall, Place
from ...expressions.values import COMPLEMENT

INTEGER_WIDTH = 20
_SPEC = re.compile(r"^0?(\d+)(?:\.(\d+))?[df]?$")
# Python's default context would round to 28 digits, and two keys could become the same.
_UNROUNDED = Context(prec=400)


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a template. width: digits before the point; places: digits after it."""

    field: str
    width: int | None = None
    places: int = 0


@dataclass(frozen=True)
class Template:
    """A parsed key template.

    literals: the texts before, between and after the parts.
    raw: refuse a part that contains a separator instead of escaping it (for existing data).
    """

    text: str
    parts: tuple[Part, ...]
    literals: tuple[str, ...]
    raw: bool = False

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The Python names of its fields."""
        return tuple(part.field for part in self.parts)

    @cached_property
    def _separators(self) -> str:
        """The characters that no part has unescaped: those with which the texts between begin, so
        that none of these texts can begin inside a part."""
        return "".join(sorted({literal[0] for literal in self.literals[1:-1]}))

    @cached_property
    def _escaped(self) -> re.Pattern[str] | None:
        if not self._separators:
            return None
        return re.compile("[" + re.escape(self._separators + "%") + "]")

    def build(self, values: Mapping[str, Any]) -> str | None:
        """The text for `values`; None if a part is None (the attribute is then absent).

        values: field name to plain value; names of other fields are ignored.
        """
        text = [self.literals[0]]
        for part, literal in zip(self.parts, self.literals[1:], strict=True):
            value = values.get(part.field)
            if value is None:
                return None
            text.append(self._escape(render(value, part), part))
            text.append(literal)
        return "".join(text)

    def begin(self, values: Mapping[str, Any], count: int) -> str:
        """How every text begins whose first `count` parts are these, with what follows them."""
        texts = [self.part(position, values[self.fields[position]]) for position in range(count)]
        return self.literals[0] + "".join(
            text + literal for text, literal in zip(texts, self.literals[1:], strict=False)
        )

    def part(self, position: int, value: Any) -> str:
        """The text of one part, as it stands in the whole text."""
        part = self.parts[position]
        return self._escape(render(value, part), part)

    def _escape(self, text: str, part: Part) -> str:
        if self._escaped is None or not self._escaped.search(text):
            return text
        if not self.raw:
            return self._escaped.sub(lambda match: f"%{ord(match[0]):02X}", text)
        if any(character in self._separators for character in text):
            raise InvalidCall(
                f"the part {part.field!r} contains a separator of the raw template {self.text!r}",
                code=ErrorCode.RESERVED_SEPARATOR,
                where=Place(note=f"attribute composed as {self.text!r}"),
                fix="use a value without the separator, or declare the attribute without raw=True",
            )
        return text

    def parse(self, text: str) -> dict[str, str]:
        """The unescaped text of each part, by field name; the inverse of `build` for text parts."""
        leading, trailing = self.literals[0], self.literals[-1]
        is_long_enough = len(text) >= len(leading) + len(trailing)
        if not (is_long_enough and text.startswith(leading) and text.endswith(trailing)):
            raise self._unparsable()
        rest = text[len(leading) : len(text) - len(trailing)]
        found: dict[str, str] = {}
        for part, literal in zip(self.parts[:-1], self.literals[1:-1], strict=True):
            value, separator, rest = rest.partition(literal)
            if not separator:
                raise self._unparsable()
            found[part.field] = self._unescape(value)
        if any(separator in rest for separator in self._separators):
            raise self._unparsable()  # `build` would have escaped a separator inside a part
        found[self.parts[-1].field] = self._unescape(rest)
        return found

    def could_build(self, text: str) -> bool:
        """Whether any parts give this text."""
        try:
            parts = self.parse(text)
        except InvalidCall:
            return False
        written = [self.literals[0]]
        for part, literal in zip(self.parts, self.literals[1:], strict=True):
            written += [self._escape(parts[part.field], part), literal]
        return "".join(written) == text

    def could_begin(self, text: str) -> bool:
        """Whether any parts give a text that begins with this text."""
        *literals, trailing = self.literals
        for position, literal in enumerate(literals):
            if position:
                end = next(
                    (at for at, character in enumerate(text) if character in self._separators), None
                )
                if end is None or not self._is_part(text[:end]):
                    return end is None and self._is_part(text, is_broken=True)
                text = text[end:]
            if not text.startswith(literal):
                return literal.startswith(text)
            text = text.removeprefix(literal)
        ends = range(max(0, len(text) - len(trailing)), len(text) + 1)
        return any(
            trailing.startswith(text[end:]) and self._is_part(text[:end], is_broken=True)
            for end in ends
        )

    def _is_part(self, text: str, *, is_broken: bool = False) -> bool:
        """Whether a part is written so. is_broken: its last escape may lack its end."""
        if self._escaped is None:
            return True
        end = "(?:%[0-9A-F]?)?" if is_broken and not self.raw else ""
        return re.fullmatch(self._part_pattern + end, text) is not None

    @cached_property
    def _part_pattern(self) -> str:
        if self.raw:
            return f"[^{re.escape(self._separators)}]*"
        codes = "|".join(f"{ord(character):02X}" for character in self._separators + "%")
        return f"(?:[^{re.escape(self._separators)}%]|%(?:{codes}))*"

    def _unescape(self, text: str) -> str:
        if self._escaped is None or self.raw or "%" not in text:
            return text
        return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), text)

    def _unparsable(self) -> InvalidCall:
        return InvalidCall(
            f"the text was not built by the template {self.text!r}",
            code=ErrorCode.COMPOSED_MISMATCH,
            where=Place(note=f"attribute composed as {self.text!r}"),
            fix="pass a value that the template built, or the parts themselves",
        )


def parse_template(text: str, *, raw: bool = False) -> Template:
    """Read a template such as `"insight#{entity_id}"` or `"{day}#{seq:06d}"`.

    Raises DeclarationError if no separator stands between two parts, or a format is neither a
    width (`{n:06d}`) nor a width with decimal places (`{price:8.2f}`).
    """
    parts: list[Part] = []
    literals: list[str] = [""]
    try:
        for literal, field, spec, conversion in string.Formatter().parse(text):
            literals[-1] += literal
            if field is not None:
                parts.append(_part(text, field, spec or "", conversion))
                literals.append("")
    except ValueError as error:
        raise _bad_template(text, str(error)) from None
    if not parts:
        raise _bad_template(text, "it names no field")
    if "" in literals[1:-1]:
        raise _bad_template(text, "two parts stand side by side without a separator")
    if any(ord(character) > 0x7F for literal in literals[1:-1] for character in literal):
        raise _bad_template(text, "separators are ASCII characters")
    if not raw and any("%" in literal for literal in literals[1:-1]):
        raise _bad_template(text, "'%' begins an escape and cannot separate parts")
    return Template(text, tuple(parts), tuple(literals), raw)


def _part(text: str, field: str, spec: str, conversion: str | None) -> Part:
    if not field.isidentifier() or conversion:
        raise _bad_template(text, f"{field!r} is not a field name")
    if not spec:
        return Part(field)
    match = _SPEC.match(spec)
    if match is None:
        raise _bad_template(text, f"the format {spec!r} is neither a width nor width.places")
    return Part(field, int(match[1]), int(match[2] or 0))


def _bad_template(text: str, why: str) -> DeclarationError:
    return DeclarationError(
        f"the key template {text!r} cannot be used: {why}",
        where=Place(note=f"composed({text!r})"),
        fix='write field names in braces with separators between, as in "{a}#{b}"',
    )


def render(value: Any, part: Part) -> str:
    """The text of a plain value, before escaping; numbers have a fixed width."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | Decimal):
        return _render_number(value, part)
    return value.hex() if isinstance(value, bytes) else str(value)


def _render_number(value: int | Decimal, part: Part) -> str:
    """Digits padded to the declared width; a negative number is `-` and the complement, so that
    negative numbers sort in order and before the others."""
    width = INTEGER_WIDTH if part.width is None else part.width
    scaled = _UNROUNDED.scaleb(Decimal(value), part.places)
    digits = f"{abs(int(scaled)):0{width + part.places}d}"
    if scaled != int(scaled) or len(digits) > width + part.places:
        raise InvalidCall(
            f"a number does not fit the part {part.field!r}, which has {width} digits before the "
            f"point and {part.places} after it",
            code=ErrorCode.INVALID_NUMBER,
            where=Place(note=f"part {part.field} of a composed attribute"),
            fix=f"declare a wider format, such as {{{part.field}:{width + 5}.{part.places}}}",
        )
    if scaled < 0:
        digits = digits.translate(COMPLEMENT)
    if part.places:
        digits = f"{digits[: -part.places]}.{digits[-part.places :]}"
    return "-" + digits if scaled < 0 else digits
