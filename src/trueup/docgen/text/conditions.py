"""Conditions on sort keys as Python source."""

from __future__ import annotations

from collections.abc import Iterable

from ...expressions.condition import And, BeginsWith, Between, Comparison, Condition, Op
from ...expressions.path import Path
from .python_source import Name, Source, Unwritable, name_of, source_of

_SIGNS = {Op.EQ: "==", Op.NE: "!="}


def condition_source(condition: Condition) -> Source:
    """A condition on a sort key, as a program writes it. Raises Unwritable for any other."""
    match condition:
        case Comparison(op, Path() as path, value):
            return _joined([_path(path), Source(f" {_SIGNS.get(op, op.value)} "), source_of(value)])
        case Between(Path() as path, low, high):
            return _at(path, "between", low, high)
        case BeginsWith(Path() as path, prefix):
            return _at(path, "begins_with", prefix)
        case And(parts):
            texts = [_joined([Source("("), condition_source(part), Source(")")]) for part in parts]
            spaced = [piece for text in texts for piece in (Source(" & "), text)]
            return _joined(spaced[1:])
        case _:
            raise Unwritable


def _at(path: Path, method: str, *values: object) -> Source:
    at = Source("at", frozenset({Name("trueup", "at")}))
    arguments = [piece for value in values for piece in (Source(", "), source_of(value))]
    pieces = [at, Source("("), _path(path), Source(f").{method}("), *arguments[1:], Source(")")]
    return _joined(pieces)


def _path(path: Path) -> Source:
    if path.root is None or len(path.segments) != 1:
        raise Unwritable
    model = name_of(path.root)
    return Source(f"{model.text}.{path.segments[0]}", model.names)


def _joined(pieces: Iterable[Source]) -> Source:
    pieces = list(pieces)
    if not all(isinstance(piece.text, str) for piece in pieces):
        raise Unwritable
    text = "".join(str(piece.text) for piece in pieces)
    return Source(text, frozenset(name for piece in pieces for name in piece.names))
