"""Formulas of metric math, as trees.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from ..._dataclass import dataclass

LONGEST = 2048
"""Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html"""
_DEEPEST = 40
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|(?P<name>[A-Za-z_]\w*)"
    r'|(?P<text>"[^"]*"|\'[^\']*\')|(?P<sign>&&|\|\||[<>=!]=|[-+*/^()\[\],<>])|(?P<end>\Z))'
)
_LEVELS = (("||", "OR"), ("&&", "AND"), ("==", "!=", "<=", ">=", "<", ">"), ("+", "-"), ("*", "/"))
"""Signs that stand between two, weakest first."""


class UnknownFormula(Exception):
    """A formula that we cannot compute. The message says why, in words."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text, as METRICS takes it."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """The id of a metric or of another expression."""

    id: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or `[` for a list."""

    function: str
    arguments: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A sign between two."""

    sign: str
    left: Formula
    right: Formula


Formula: TypeAlias = "Number | Text | Name | Call | Between"


def parse(text: str) -> Formula:
    """The tree of a formula. Raises UnknownFormula."""
    if len(text) > LONGEST:
        raise UnknownFormula(f"it is longer than {LONGEST} characters")
    reader = _Reader(list(_tokens(text)))
    tree = reader.read(0, 0)
    reader.take("end")
    return tree


def names_of(tree: Formula) -> Iterator[str]:
    """The ids that a formula mentions."""
    match tree:
        case Name(id):
            yield id
        case Call(_, arguments):
            for one in arguments:
                yield from names_of(one)
        case Between(_, left, right):
            yield from names_of(left)
            yield from names_of(right)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            raise UnknownFormula(f"{text[position : position + 10]!r} is no metric math")
        kind = found.lastgroup or ""
        yield ("sign", found[kind].upper()) if found[kind] in ("AND", "OR") else (kind, found[kind])
        if kind == "end":
            return
        position = found.end()


class _Reader:
    """A reader of tokens, one after the other."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._position = 0

    def read(self, level: int, depth: int) -> Formula:
        """What stands between the signs of a level, and the signs."""
        if depth > _DEEPEST:
            raise UnknownFormula("it is nested too deeply")
        if level == len(_LEVELS):
            return self._signed(depth)
        left = self.read(level + 1, depth)
        while self._next in _LEVELS[level]:
            sign = self.take()
            left = Between(sign, left, self.read(level + 1, depth))
        return left

    def take(self, wanted: str = "") -> str:
        """The next token. wanted: a sign, or `end`."""
        kind, text = self._tokens[self._position]
        if wanted and wanted not in (text, kind):
            raise UnknownFormula(f"there is {text or 'its end'!r} in place of {wanted!r}")
        self._position += 1
        return text

    @property
    def _next(self) -> str:
        kind, text = self._tokens[self._position]
        return text if kind == "sign" else ""

    def _signed(self, depth: int) -> Formula:
        if self._next == "-":
            self.take()
            return Between("-", Number(0), self._signed(depth + 1))
        base = self._atom(depth)
        if self._next == "^":
            self.take()
            return Between("^", base, self._signed(depth + 1))
        return base

    def _atom(self, depth: int) -> Formula:
        kind, text = self._tokens[self._position]
        if kind == "end":
            raise UnknownFormula("it ends too early")
        self.take()
        if kind == "number":
            return Number(float(text))
        if kind == "text":
            return Text(text[1:-1])
        if kind == "name":
            return Call(text.upper(), self._list(")", depth)) if self._next == "(" else Name(text)
        if text == "(":
            inner = self.read(0, depth + 1)
            self.take(")")
            return inner
        if text == "[":
            self._position -= 1
            return Call("[", self._list("]", depth))
        raise UnknownFormula(f"{text!r} stands in the place of a value")

    def _list(self, end: str, depth: int) -> tuple[Formula, ...]:
        self.take()
        found: list[Formula] = []
        while self._next != end:
            if found:
                self.take(",")
            found.append(self.read(0, depth + 1))
        self.take(end)
        return tuple(found)
