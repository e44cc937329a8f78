"""Our `@dataclass` gives the values that the standard one gives."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import KW_ONLY, FrozenInstanceError, field
from inspect import get_annotations, signature
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from trueup._dataclass import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ours(Generic[T]):
    """Every kind of field that we use."""

    name: str
    secret: str = field(repr=False)
    content: T | None = None
    tags: list[str] = field(default_factory=list)
    origin: str = field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Standard(Generic[T]):
    """The same."""

    name: str
    secret: str = field(repr=False)
    content: T | None = None
    tags: list[str] = field(default_factory=list)
    origin: str = field(default="", compare=False)


@dataclass(frozen=True)
class OursDeclared:
    """Parameters of every kind, and a field without one."""

    name: str
    _: KW_ONLY
    tags: list[str] = field(default_factory=list)
    size: int = 3
    place: str = field(init=False)
    kind: ClassVar[str] = "declared"

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", f"{self.name}:{self.size}")


@dataclasses.dataclass(frozen=True)
class StandardDeclared:
    """The same."""

    name: str
    _: KW_ONLY
    tags: list[str] = field(default_factory=list)
    size: int = 3
    place: str = field(init=False)
    kind: ClassVar[str] = "declared"

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", f"{self.name}:{self.size}")


@dataclass(frozen=True, slots=True)
class Empty:
    """A value without fields."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A value that can be hashed."""

    left: int
    right: int = 2


@dataclass(frozen=True, slots=True)
class Triple(Pair):
    """A value that inherits fields."""

    last: int = 3


@dataclass(slots=True)
class Changing:
    """A value that may change."""

    number: int


@dataclass(frozen=True, slots=True)
class Silent:
    """A value that says itself how it is shown."""

    number: int

    def __repr__(self) -> str:
        return "Silent"


VALUES = [Ours("a", "b", 1), OursDeclared("a"), Empty(), Pair(1), Triple(1), Changing(1)]
PAIRS = [(Ours, Standard), (OursDeclared, StandardDeclared)]


@pytest.mark.parametrize(("ours", "standard"), PAIRS)
def test_it_takes_the_parameters_of_the_standard_one(ours: Any, standard: Any) -> None:
    assert str(signature(ours)) == str(signature(standard))
    assert get_annotations(ours.__init__) == get_annotations(standard.__init__)
    assert ours.__match_args__ == standard.__match_args__


def test_fields_have_their_own_defaults_and_what_is_made_after_them() -> None:
    made, other = OursDeclared("a"), OursDeclared("b", size=4, tags=["x"])
    assert (made.tags, made.size, made.place) == ([], 3, "a:3")
    assert (other.tags, other.size, other.place) == (["x"], 4, "b:4")
    assert made.tags is not OursDeclared("a").tags
    wrong: Any = OursDeclared
    with pytest.raises(TypeError, match="positional argument"):
        wrong("a", [])
    with pytest.raises(TypeError, match=r"OursDeclared.__init__\(\) missing .* 'name'"):
        wrong()


def test_it_shows_what_the_standard_one_shows() -> None:
    shown = repr(Ours("a", "hidden", 3, ["x"]))
    assert shown == repr(Standard("a", "hidden", 3, ["x"])).replace("Standard", "Ours")
    assert "hidden" not in shown
    assert (repr(Empty()), repr(Silent(1))) == ("Empty()", "Silent")


def test_equal_fields_make_equal_values_of_one_class() -> None:
    assert Pair(1) == Pair(1, 2)
    assert Pair(1) != Pair(1, 3)
    assert Pair(1).__eq__((1, 2)) is NotImplemented
    assert Pair(1).__eq__(Triple(1)) is NotImplemented
    assert Ours("a", "b") != Ours("a", "c")
    assert Ours("a", "b", origin="here") == Ours("a", "b", origin="there")
    assert Empty() == Empty()


def test_frozen_values_are_hashed_by_their_fields() -> None:
    assert {Pair(1): "found", Empty(): "empty"}[Pair(1, 2)] == "found"
    assert hash(Pair(1)) != hash(Pair(2))
    with pytest.raises(TypeError, match="unhashable type: 'Changing'"):
        hash(Changing(1))


def test_frozen_values_do_not_change() -> None:
    value: Any = Triple(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'left'"):
        value.left = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'last'"):
        del value.last
    assert value == Triple(1)


def test_others_change() -> None:
    value = Changing(1)
    value.number = 2
    assert value == Changing(2)


def test_inherited_fields_come_first() -> None:
    match Triple(1):
        case Triple(left, right, last):
            assert (left, right, last) == (1, 2, 3)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_values_are_copied_and_pickled(value: object, copied: Callable[[Any], Any]) -> None:
    assert copied(value) == value
    assert copied(value) is not value


def test_the_functions_of_dataclasses_know_it() -> None:
    assert dataclasses.replace(Pair(1), right=5) == Pair(1, 5)
    assert dataclasses.asdict(Pair(1)) == {"left": 1, "right": 2}
    assert dataclasses.replace(Ours("a", "hidden"), name="b").secret == "hidden"
