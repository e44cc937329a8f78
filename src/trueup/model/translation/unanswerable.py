"""Refuse questions that no value of an attribute's type answers, on any engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

from pydantic import BaseModel

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import (
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    In,
    Includes,
    Kind,
    Overlaps,
    Path,
    Size,
    children,
)
from ...ranges import Range
from .annotations import bare
from .declared_kinds import SETS, SPOKEN, declared_kind
from .shapes import Leaf, Scalar, shape_of

_TEXTUAL = frozenset({Kind.S, Kind.B})
_ANSWERING = {
    "begins_with()": _TEXTUAL,
    "contains()": _TEXTUAL | SETS | {Kind.L},
    "includes()": SETS | {Kind.L, Kind.M},
    "size()": _TEXTUAL | SETS | {Kind.L, Kind.M},
}
_OF = {
    "begins_with()": "texts and bytes",
    "contains()": "texts, bytes, lists and sets",
    "includes()": "maps, lists and sets",
    "size()": "texts, bytes, lists, sets and maps",
}
_NUMBERS = frozenset({Leaf.INTEGER, Leaf.NUMBER, Leaf.FLOAT})
_INSTANTS = frozenset({Leaf.DATETIME, Leaf.SECONDS, Leaf.EPOCH})


def refuse_unanswerable(condition: Condition, annotation_of: Callable[[Path], Any]) -> None:
    """Refuse a condition, as it was written, that is true of no item because of the types alone.

    annotation_of: the type of the attribute at a path.

    Raises:
        InvalidCall: (invalid-expression) a part of what has no parts, a range compared with what
            is none, or with a range of other values.
    """
    for part in children(condition):
        refuse_unanswerable(part, annotation_of)
    match condition:
        case Overlaps(path, other):
            _refuse_unlike_ranges(path, annotation_of(path), other)
        case Includes(path, value):
            _refuse_unlike_part(path, annotation_of(path), value)
        case Contains(path, _):
            _refuse_unfit("contains()", path, annotation_of(path))
        case BeginsWith(path, _):
            _refuse_unfit("begins_with()", path, annotation_of(path))
        case _:
            for path in _sized(condition):
                _refuse_unfit("size()", path, annotation_of(path))


def _sized(condition: Condition) -> Iterator[Path]:
    """The paths whose sizes are compared."""
    match condition:
        case Comparison(_, left, right):
            operands: Sequence[object] = (left, right)
        case Between(operand, _, _) | In(operand, _):
            operands = (operand,)
        case _:
            operands = ()
    return (one.path for one in operands if isinstance(one, Size))


def _refuse_unfit(question: str, path: Path, annotation: Any) -> None:
    kind = declared_kind(annotation)
    if kind is None or kind in _ANSWERING[question]:
        return
    if bare(annotation).is_a(Range):
        raise _refused(path, f"{path} is a range, which {question} asks nothing of", _ASK_RANGES)
    raise _refused(
        path,
        f"{path} is {SPOKEN[kind]}, and {question} asks of {_OF[question]}",
        f"compare {path} with ==, < or between(), or ask of an attribute of its",
    )


_ASK_RANGES = "ask overlaps() with a range, or compare its lower and upper"


def _refuse_unlike_part(path: Path, annotation: Any, part: object) -> None:
    _refuse_unfit("includes()", path, annotation)
    declared, given = declared_kind(annotation), _kind_of_part(part)
    if declared is None or given is None or SPOKEN[declared] == SPOKEN[given]:
        return
    raise _refused(
        path,
        f"{path} is {SPOKEN[declared]}, and includes() was given {SPOKEN[given]}",
        f"give {SPOKEN[declared]} of what it has to include",
    )


def _kind_of_part(part: object) -> Kind | None:
    if isinstance(part, Mapping | BaseModel):
        return Kind.M
    if isinstance(part, Set):
        return Kind.SS
    return Kind.L if isinstance(part, list | tuple) else None


def _refuse_unlike_ranges(path: Path, annotation: Any, other: object) -> None:
    if not isinstance(other, Range):
        raise _refused(path, "overlaps() was given no range", "give a trueup.ranges.Range")
    if declared_kind(annotation) is None:
        return
    declared = bare(annotation)
    if not declared.is_a(Range):
        raise _refused(
            path,
            f"{path} is no range, and overlaps() asks of ranges",
            "declare it as a trueup.ranges.Range, or compare it with between()",
        )
    wanted = _leaves(declared.kind.model_fields["lower"].annotation)
    for end in (other.lower, other.upper):
        if end is not None and wanted and not wanted & _leaves(type(end)):
            what = f"{path} is a range of other values than the one that overlaps() was given"
            raise _refused(path, what, "give a range of values of its own type")


def _leaves(annotation: Any) -> frozenset[Leaf]:
    """The forms that values of a type may be compared in; none if that depends on the value."""
    shape = shape_of(bare(annotation).kind)
    if not isinstance(shape, Scalar):
        return frozenset()
    for alike in (_NUMBERS, _INSTANTS):
        if shape.leaf in alike:
            return alike
    return frozenset({shape.leaf})


def _refused(path: Path, what: str, fix: str) -> InvalidCall:
    return InvalidCall(
        what, code=ErrorCode.INVALID_EXPRESSION, where=Place(attribute=str(path)), fix=fix
    )
