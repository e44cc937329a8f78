"""Case: one row of the oracle that every engine is tested against.

Items and paths are as on the wire: plain values under the attribute names `a b n s l m ss ns bs
flag nul data` of a free-form model. The suite adds the keys `pk` and `sk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from ....errors import ErrorCode
from ....expressions import At, Change, Condition, Item, Kind, Path

Keys: TypeAlias = tuple[int | Decimal, ...] | tuple[str, ...] | tuple[bytes, ...]

_GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
_OBSERVED = "https://github.com/scylladb/scylladb/blob/master/test/alternator"

OPERATORS = f"{_GUIDE}/Expressions.OperatorsAndFunctions.html"
UPDATES = f"{_GUIDE}/Expressions.UpdateExpressions.html"
TYPES = f"{_GUIDE}/HowItWorks.NamingRulesDataTypes.html"
ATTRIBUTES = f"{_GUIDE}/Expressions.Attributes.html"
CONDITIONS = f"{_GUIDE}/Expressions.ConditionExpressions.html"
# Details that AWS's page leaves open, but a test suite that runs against AWS itself has shown.
SEEN_OPERATORS = f"{OPERATORS} and {_OBSERVED}/test_condition_expression.py"
SEEN_UPDATES = f"{UPDATES} and {_OBSERVED}/test_update_expression.py"
# AWS was asked: `size("é𝄞") = 3` is true.
SEEN_SIZE = f"{OPERATORS} and https://github.com/ExtendDB/extenddb/pull/67"
SEEN_NUMBERS = f"{TYPES} and {_OBSERVED}/test_number.py"
# Decided by Trueup: `exists()` is false for NULL, a missing list is empty.
OURS_EXISTS = f"{OPERATORS} (attribute_exists and not attribute_type NULL)"
OURS_APPEND = f"{UPDATES} (list_append of if_not_exists)"


@dataclass(frozen=True, slots=True)
class Case:
    """Whether `condition` is true of `item`; None is an absent item."""

    name: str
    item: Item | None
    condition: Condition
    expected: bool
    source: str


@dataclass(frozen=True, slots=True)
class RefusedCase:
    """A condition that is refused before any item is read, with this code."""

    name: str
    condition: Condition
    expected: ErrorCode
    source: str


@dataclass(frozen=True, slots=True)
class UpdateCase:
    """The `item` after the updates, or the code of the error that leaves it unchanged."""

    name: str
    item: Item
    updates: tuple[Change, ...]
    expected: Item | ErrorCode
    source: str


@dataclass(frozen=True, slots=True)
class KeyOrderCase:
    """Values of a sort key of this kind, in the order in which a query returns them."""

    name: str
    kind: Kind
    values_in_order: Keys
    source: str


def wire(*segments: str | int) -> At[Any]:
    """The attribute at a path of attribute names, with its operators."""
    return At(Path(None, segments))
