"""What `Model.field` and `at(…)` give."""

import copy
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from trueup.errors import ErrorCode, InvalidCall
from trueup.expressions import (
    Add,
    AddToSet,
    Append,
    Assign,
    AssignIfMissing,
    At,
    BeginsWith,
    Between,
    Comparison,
    Contains,
    Exists,
    FieldPath,
    HasType,
    In,
    Kind,
    Missing,
    Op,
    Or,
    Path,
    Remove,
    RemoveFromSet,
    Size,
    at,
    present,
)


class Order:
    """Stands for a model."""


def _field(*segments: str | int) -> Any:
    return FieldPath(Path(Order, segments))


F = _field("f")
PATH = Path(Order, ("f",))
AT: At[Any] = At(PATH)


def test_path_goes_down_by_names_positions_and_keys() -> None:
    assert at(_field("lines")[0].sku["a b"]).path == Path(Order, ("lines", 0, "sku", "a b"))


def test_present_gives_the_path_and_refuses_values() -> None:
    assert present(F) is F
    with pytest.raises(InvalidCall, match=r"present\(\) was given a text, not a path"):
        present("a")


@pytest.mark.parametrize("name", ["path", "root", "segments", "size", "assign", "exists"])
def test_every_field_name_can_follow_a_dot(name: str) -> None:
    assert at(getattr(F, name)).path == Path(Order, ("f", name))


@pytest.mark.parametrize("name", ["_x", "__wrapped__", "__fspath__"])
def test_private_names_are_no_fields(name: str) -> None:
    with pytest.raises(AttributeError):
        getattr(F, name)


def test_path_prints_as_it_is_written() -> None:
    assert repr(_field("lines")[0].sku) == "Order.lines[0].sku"
    assert repr(at(F)) == "at(Order.f)"
    assert repr(FieldPath(Path(None, ("a", 1)))) == "a[1]"


def test_path_is_hashable_and_can_be_copied() -> None:
    assert hash(F) == hash(_field("f"))
    assert at(copy.deepcopy(F)).path == PATH
    assert at(pickle.loads(pickle.dumps(F))).path == PATH


@pytest.mark.parametrize("operand", [F, AT])
@pytest.mark.parametrize(
    ("compared", "op"),
    [
        (lambda x: x == 1, Op.EQ),
        (lambda x: x != 1, Op.NE),
        (lambda x: x < 1, Op.LT),
        (lambda x: x <= 1, Op.LE),
        (lambda x: x > 1, Op.GT),
        (lambda x: x >= 1, Op.GE),
        (partial(operator.eq, 1), Op.EQ),
        (partial(operator.lt, 1), Op.GT),
    ],
)
def test_comparison_is_a_condition(operand: Any, compared: Callable[[Any], Any], op: Op) -> None:
    assert compared(operand) == Comparison(op, PATH, 1)


def test_comparison_with_none_is_about_existence() -> None:
    assert (F == None) == Missing(PATH)  # noqa: E711 # the operator is under test
    assert (F != None) == Exists(PATH)  # noqa: E711 # the operator is under test


def test_attribute_compares_with_attribute_and_size() -> None:
    other = Path(Order, ("g",))
    assert (_field("g") == F) == Comparison(Op.EQ, other, PATH)
    assert (at(F).size() >= at(_field("g"))) == Comparison(Op.GE, Size(PATH), other)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (AT.between(1, 2), Between(PATH, 1, 2)),
        (AT.is_in(1, 2), In(PATH, (1, 2))),
        (AT.is_in(None), Missing(PATH)),
        (AT.is_in(None, 1), Or((Missing(PATH), In(PATH, (1,))))),
        (AT.begins_with("x"), BeginsWith(PATH, "x")),
        (AT.contains("x"), Contains(PATH, "x")),
        (AT.exists(), Exists(PATH)),
        (AT.missing(), Missing(PATH)),
        (AT.has_type(Kind.L), HasType(PATH, Kind.L)),
        (AT.size() > 3, Comparison(Op.GT, Size(PATH), 3)),
        (AT.size().between(1, 2), Between(Size(PATH), 1, 2)),
        (AT.assign(1), Assign(PATH, 1)),
        (AT.assign(None), Assign(PATH, None)),
        (AT.assign_if_missing(1), AssignIfMissing(PATH, 1)),
        (AT.add(2), Add(PATH, 2)),
        (AT.subtract(2), Add(PATH, -2)),
        (AT.subtract(Decimal("1." + "3" * 37)), Add(PATH, Decimal("-1." + "3" * 37))),
        (AT.append(1, 2), Append(PATH, (1, 2))),
        (AT.prepend(1), Append(PATH, (1,), at_front=True)),
        (AT.add_to_set("a"), AddToSet(PATH, ("a",))),
        (AT.remove_from_set("a"), RemoveFromSet(PATH, ("a",))),
        (AT.remove(), Remove(PATH)),
    ],
)
def test_at_gives_the_node(given: object, expected: object) -> None:
    assert given == expected


@pytest.mark.parametrize(
    ("misuse", "code"),
    [
        (lambda: at("secret"), ErrorCode.NOT_A_CONDITION),
        (lambda: at(AT), ErrorCode.NOT_A_CONDITION),
        (lambda: bool(F), ErrorCode.INVALID_EXPRESSION),
        (lambda: "secret" in F, ErrorCode.INVALID_EXPRESSION),
        (lambda: list(F), ErrorCode.INVALID_EXPRESSION),
        (lambda: F[-1], ErrorCode.INVALID_EXPRESSION),
        (lambda: F[True], ErrorCode.INVALID_EXPRESSION),
        (lambda: F[0:1], ErrorCode.INVALID_EXPRESSION),
        (lambda: F < None, ErrorCode.INVALID_EXPRESSION),
        (lambda: AT.assign(F), ErrorCode.INVALID_UPDATE),
        (lambda: AT.subtract(F), ErrorCode.INVALID_UPDATE),
        (AT.append, ErrorCode.INVALID_UPDATE),
        (AT.add_to_set, ErrorCode.INVALID_UPDATE),
    ],
)
def test_misuse_is_refused_without_showing_a_value(
    misuse: Callable[[], Any], code: ErrorCode
) -> None:
    with pytest.raises(InvalidCall) as caught:
        misuse()
    assert caught.value.code is code
    assert caught.value.fix
    assert "secret" not in str(caught.value)
