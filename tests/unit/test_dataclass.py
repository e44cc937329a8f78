"""Our `@dataclass` makes what the standard one makes, and nothing before it is needed."""

from __future__ import annotations

import copy
import dataclasses
import gc
import importlib
import inspect
import pickle
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from functools import partial
from itertools import count
from typing import Any, Generic, TypeVar

import pytest

import trueup
from trueup._dataclass import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ours(Generic[T]):
    """Every kind of field that we use."""

    name: str
    secret: str = field(repr=False)
    content: T | None = None
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.name == "refused":
            raise ValueError(self.name)

    @property
    def upper(self) -> str:
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True)
class Standard(Generic[T]):
    """The same."""

    name: str
    secret: str = field(repr=False)
    content: T | None = None
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pair:
    """One that can be hashed."""

    left: int
    right: int = 2


@dataclass(frozen=True, slots=True)
class Triple(Pair):
    """One that inherits fields."""

    last: int = 3


@dataclass(frozen=True)
class Open:
    """One that has room for more than its fields."""

    number: int


@dataclass(slots=True)
class Changing:
    """One that may change."""

    number: int


@dataclass(frozen=True, slots=True, repr=False)
class Silent:
    """One whose values are not shown."""

    number: int


def test_it_shows_what_the_standard_one_shows() -> None:
    shown = repr(Ours("a", "hidden", 3, ["x"]))
    assert shown == repr(Standard("a", "hidden", 3, ["x"])).replace("Standard", "Ours")
    assert "hidden" not in shown
    assert "number" not in repr(Silent(1))


def test_its_signature_is_the_standard_ones() -> None:
    assert str(inspect.signature(Ours)) == str(inspect.signature(Standard))
    assert str(inspect.signature(late_class())) == "(number: 'int') -> None"


@pytest.mark.parametrize("kind", [Ours, Standard])
def test_wrong_arguments_are_refused_by_name(kind: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=rf"{kind.__name__}.__init__\(\) missing .* 'secret'"):
        kind("a")


def test_each_value_has_defaults_of_its_own() -> None:
    first, second = Ours[int]("a", "b"), Ours[int]("a", "b")
    first.tags.append("x")
    assert second.tags == []
    assert second.content is None


def test_post_init_is_called() -> None:
    with pytest.raises(ValueError, match="refused"):
        Ours[int]("refused", "b")


def test_equal_fields_make_equal_values_of_one_class() -> None:
    assert Pair(1) == Pair(1, 2)
    assert Pair(1) != Pair(1, 3)
    assert Pair(1).__eq__((1, 2)) is NotImplemented
    other: object = Changing(1)
    assert Open(1) != other


def test_frozen_values_are_hashed_by_their_fields() -> None:
    assert hash(Pair(1)) == hash((1, 2))
    assert {Pair(1): "found"}[Pair(1)] == "found"
    with pytest.raises(TypeError, match="unhashable type: 'Changing'"):
        hash(Changing(1))


@pytest.mark.parametrize("value", [Pair(1), Open(1), Triple(1)])
def test_frozen_values_do_not_change(value: Any) -> None:
    name = dataclasses.fields(value)[0].name
    with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(value, name, 2)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'other'"):
        value.other = 2
    with pytest.raises(FrozenInstanceError, match=f"cannot delete field '{name}'"):
        delattr(value, name)
    assert getattr(value, name) == 1


def test_others_change() -> None:
    value = Changing(1)
    value.number = 2
    assert value == Changing(2)


def test_slots_leave_no_room() -> None:
    assert not hasattr(Pair(1), "__dict__")
    assert not hasattr(Changing(1), "__dict__")
    assert vars(Open(1)) == {"number": 1}


def test_inherited_fields_come_first() -> None:
    assert Triple(1) == Triple(1, 2, 3)
    assert [one.name for one in dataclasses.fields(Triple)] == ["left", "right", "last"]
    match Triple(1):
        case Triple(left, right, last):
            assert (left, right, last) == (1, 2, 3)


@pytest.mark.parametrize("value", [Ours("a", "b", 1), Pair(1), Triple(1), Open(1), Changing(1)])
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_values_are_copied_and_pickled(value: object, copied: Callable[[Any], Any]) -> None:
    assert copied(value) == value
    assert copied(value) is not value


def test_the_functions_of_dataclasses_know_it() -> None:
    value = Pair(1)
    assert dataclasses.is_dataclass(Pair)
    assert dataclasses.replace(value, right=5) == Pair(1, 5)
    assert dataclasses.asdict(value) == {"left": 1, "right": 2}
    replaced = dataclasses.replace(Ours[int]("a", "hidden"), name="b")
    assert (replaced.secret, repr(replaced)) == (
        "hidden",
        repr(Standard("b", "x")).replace("Standard", "Ours"),
    )


def test_copy_replaces_fields() -> None:
    # What `copy.replace` calls, from Python 3.13.
    assert Pair(1).__getattribute__("__replace__")(right=5) == Pair(1, 5)


def our_dataclasses() -> set[type]:
    """Every class of the package that has our decorator."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(trueup.__path__, "trueup.")
        if not found.name.startswith("trueup.testing")
    ]
    named = [value for module in modules for value in vars(module).values()]
    return {value for value in named if isinstance(value, type) and hasattr(value, "__declared__")}


def test_the_standard_decorator_would_take_every_class() -> None:
    found = our_dataclasses()
    assert len(found) > 100
    for kind in found:
        names = [field.name for field in dataclasses.fields(kind)]
        assert list(inspect.signature(kind).parameters) == names


def test_nothing_is_made_before_it_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    standard = dataclasses.dataclass

    def spy(**options: bool) -> Any:
        made.extend(name for name, wanted in options.items() if wanted)
        return standard(**options)

    monkeypatch.setattr(dataclasses, "dataclass", spy)

    @dataclass(frozen=True, slots=True)
    class Late:
        """Not made yet."""

        number: int

    assert not inspect.isfunction(vars(Late)["__init__"])
    assert Late(1).number == Late(2).number - 1
    assert inspect.isfunction(vars(Late)["__init__"])
    assert made == []
    assert Late(1) == Late(1)
    assert made == ["eq", "frozen"]


def test_an_interrupt_at_any_line_arrives_and_breaks_nothing() -> None:
    """Each time with a class of its own, that has nothing made yet."""
    for line in count(1):
        kind = late_class()
        try:
            assert interrupted(partial(is_sound, kind), line)
        except KeyboardInterrupt:
            assert is_sound(kind)
        else:
            assert line > 100, "no interrupt came"
            return


def late_class() -> type:
    @dataclass(frozen=True, slots=True)
    class Late:
        """Not made yet."""

        number: int

    return Late


def is_sound(kind: type) -> bool:
    return bool(kind(1) == kind(1)) and hash(kind(1)) == hash((1,))


def interrupted(action: Callable[[], T], line: int) -> T:
    """Run `action`, with an interrupt at the given line of what it runs; no garbage's."""
    passed = 0

    def trace(_frame: object, _event: str, _argument: object) -> Any:
        nonlocal passed
        passed += 1
        if passed == line:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    gc.disable()
    sys.settrace(trace)
    try:
        return action()
    finally:
        sys.settrace(before)
        gc.enable()
