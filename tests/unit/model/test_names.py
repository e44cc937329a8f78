"""Attribute names as stored."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from tests.unit.model.declared import codec_of, read_back, stored
from trueup import DeclarationError, Model, stored_as


def test_without_a_rule_names_are_as_written() -> None:
    class Plain(Model):
        key: str
        due_day: int

    assert stored(Plain(key="a", due_day=1)) == {"key": "a", "due_day": 1}


@pytest.mark.parametrize(
    ("rule", "wire"),
    [
        ("as_written", "due_day2_x"),
        ("camelCase", "dueDay2X"),
        ("PascalCase", "DueDay2X"),
        ("kebab-case", "due-day2-x"),
        ("UPPER_CASE", "DUE_DAY2_X"),
    ],
)
def test_a_rule_names_every_attribute(rule: Any, wire: str) -> None:
    class Ruled(Model, names=rule):
        key: Annotated[str, stored_as("key")]
        due_day2_x: int

    value = Ruled(key="a", due_day2_x=1)
    assert stored(value) == {"key": "a", wire: 1}
    assert read_back(value) == value


def test_named_wins_over_the_rule() -> None:
    class Ruled(Model, names="camelCase"):
        key: str
        due_day: Annotated[int, stored_as("DUE")]

    assert stored(Ruled(key="a", due_day=1)) == {"key": "a", "DUE": 1}


def test_a_subclass_keeps_the_rule_for_its_own_fields() -> None:
    class Ruled(Model, names="camelCase"):
        key: str

    class Longer(Ruled):
        due_day: int

    assert stored(Longer(key="a", due_day=1)) == {"key": "a", "dueDay": 1}


def test_an_alias_given_as_default_is_the_name() -> None:
    class Aliased(Model):
        key: str
        due_day: int = Field(default=3, alias="DUE")

    value = Aliased(key="a")
    assert stored(value) == {"key": "a", "DUE": 3}
    assert read_back(value) == value


def test_python_names_and_stored_names_both_construct() -> None:
    class Ruled(Model, names="camelCase"):
        key: str
        due_day: int

    assert Ruled(key="a", due_day=1) == Ruled.model_validate({"key": "a", "dueDay": 1})


def test_only_stored_names_are_read_from_items() -> None:
    class Ruled(Model, names="camelCase"):
        key: str
        due_day: int = 0

    decoded = codec_of(Ruled).decode({"key": "a", "due_day": 5})
    assert (decoded.model_dump()["due_day"], decoded.model_extra) == (0, {"due_day": 5})


def test_an_unknown_rule_is_refused() -> None:
    rule: Any = "snailCase"
    with pytest.raises(DeclarationError, match="no naming rule 'snailCase'"):

        class Ruled(Model, names=rule):
            key: str


def test_name_that_utf8_cannot_encode_is_refused() -> None:
    with pytest.raises(DeclarationError, match="surrogate"):
        stored_as("\ud800")
