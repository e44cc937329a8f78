"""Relational settings over fields of choices: values that such a field can never have."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import pytest

from trueup import DeclarationError, Layer, Model, Relational, Table
from trueup.relational import Transitions


class State(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"


class Job(Model):
    """A job with choices of both kinds."""

    id: str
    state: State | None = None
    kind: Literal["a", "b"] = "a"
    other: Literal["b", "a"] = "b"
    text: str = ""


def problems(**settings: Any) -> list[str]:
    tables = [
        Table("first", Job, partition="id", relational=Relational(**settings)),
        Table("second", Job, partition="id", relational=Relational(enums={"other": "shared"})),
    ]
    try:
        Layer("l", target="postgres", tables=tables)
    except DeclarationError as error:
        return [problem.partition("relational: ")[2] for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("field", "allowed", "problem"),
    [
        (
            "state",
            {"waiting": ["runing"]},
            "Transitions of 'state' has 'runing', which the field cannot be; it is one of "
            "'waiting', 'running'",
        ),
        (
            "kind",
            {"A": ["b"]},
            "Transitions of 'kind' has 'A', which the field cannot be; it is one of 'a', 'b'",
        ),
        ("kind", {None: ["a"]}, "Transitions of 'kind' has None, which the field cannot be"),
        ("text", {"a": [None]}, "Transitions of 'text' has None, which the field cannot be"),
    ],
)
def test_transition_that_can_never_be_is_refused(
    field: str, allowed: dict[str | None, Any], problem: str
) -> None:
    assert problems(triggers=[Transitions(field, allowed)]) == [problem]


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        ("state", {State.WAITING: [State.RUNNING], "running": []}),
        ("state", {None: ["waiting"], "running": [None]}),
        ("kind", {"a": ("b",)}),
        ("text", {"anything": ["goes"]}),
    ],
)
def test_transition_between_values_of_the_field_is_taken(field: str, allowed: Any) -> None:
    assert problems(triggers=[Transitions(field, allowed)]) == []


def test_enum_type_has_the_same_values_wherever_it_is_named() -> None:
    said = "enums= makes 'shared' of 'other', and of another field with other values"
    assert problems(enums={"kind": "shared"}) == [f"{said}; give it another name"]
    twice = problems(enums={"kind": "one", "other": "one"})
    assert twice == [
        "enums= makes 'one' of 'other', and of another field with other values; give it another "
        "name"
    ]
    assert problems(enums={"other": "shared"}) == []
