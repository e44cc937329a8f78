"""Models behave as pydantic models do, and their class attributes are paths."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, computed_field

from tests.unit.model.declared import codec_of, read_back, stored
from trueup import ExpiresAt, Model, Version, at
from trueup.expressions import Path

T = TypeVar("T")


class Parent(Model):
    key: str
    size: int = 1


class Page(Model, Generic[T]):
    key: str
    items: list[T]


class Tree(Model):
    key: str
    children: list[Tree] = []
    parent: Tree | None = None


class Inner(BaseModel):
    size: int


class Outer(Model):
    key: str
    inner: Inner
    inners: list[Inner] = []


def path_of(written: Any) -> Path:
    return at(written).path


def test_a_class_attribute_is_a_path() -> None:
    assert path_of(Parent.size) == Path(Parent, ("size",))
    assert path_of(Outer.inners[0].size) == Path(Outer, ("inners", 0, "size"))


def test_an_instance_attribute_is_its_value() -> None:
    assert Parent(key="a").size == 1


def test_an_unknown_class_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = Parent.colour  # type: ignore[attr-defined]  # what the test is about


def test_a_subclass_has_paths_of_its_own() -> None:
    class Child(Parent):
        colour: str = "red"

    assert path_of(Child.size) == Path(Child, ("size",))
    assert path_of(Child.colour) == Path(Child, ("colour",))
    assert path_of(Parent.size) == Path(Parent, ("size",))


def test_a_subclass_may_redefine_a_field() -> None:
    class Child(Parent):
        size: Annotated[int, Field(ge=5)] = 5

    assert read_back(Child(key="a")) == Child(key="a", size=5)
    with pytest.raises(ValidationError):
        Child(key="a", size=1)


def test_a_generic_model_is_stored_as_the_type_it_was_made_for() -> None:
    page = Page[Inner](key="a", items=[Inner(size=1)])
    special: Any = Page[Inner]  # mypy has no type for a field of a generic class
    assert path_of(special.items) == Path(Page[Inner], ("items",))
    assert stored(page) == {"key": "a", "items": [{"size": 1}]}
    assert read_back(page) == page


def test_a_recursive_model_reads_back() -> None:
    tree = Tree(key="a", children=[Tree(key="b", parent=Tree(key="c"))])
    assert read_back(tree) == tree
    assert path_of(Tree.children[0].key) == Path(Tree, ("children", 0, "key"))


def test_a_model_with_a_forward_reference_works_once_it_is_rebuilt() -> None:
    class Waiting(Model):
        key: str
        later: Later
        when: ExpiresAt | None = None

    class Later(BaseModel):
        size: int

    Waiting.model_rebuild()
    waiting = Waiting(key="a", later=Later(size=1))
    assert path_of(Waiting.later.size) == Path(Waiting, ("later", "size"))
    assert read_back(waiting) == waiting
    assert codec_of(Waiting).table.expires is not None


def test_private_attributes_and_computed_fields_are_not_stored() -> None:
    class Rich(Model):
        key: str
        _cache: int = PrivateAttr(1)

        @computed_field  # type: ignore[prop-decorator]  # https://github.com/python/mypy/issues/14461
        @property
        def double(self) -> str:
            return self.key * 2

    assert stored(Rich(key="a")) == {"key": "a"}
    assert read_back(Rich(key="a")) == Rich(key="a")


def test_a_frozen_model_reads_back() -> None:
    class Fixed(Model):
        model_config = ConfigDict(frozen=True)
        key: str
        version: Version = 0

    assert read_back(Fixed(key="a")) == Fixed(key="a")
    assert hash(Fixed(key="a")) == hash(read_back(Fixed(key="a")))


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(ValidationError):
        Parent(key="a", colour="red")  # type: ignore[call-arg]  # what the test is about


def test_an_assignment_is_validated() -> None:
    parent = Parent(key="a")
    wrong: Any = "many"
    with pytest.raises(ValidationError):
        parent.size = wrong


def test_errors_do_not_show_values() -> None:
    wrong: Any = "secret"
    with pytest.raises(ValidationError) as caught:
        Parent(key="a", size=wrong)
    assert "secret" not in str(caught.value)
