"""The compiled functions take out what is there, and say what is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from trueup.engines.dynamodb.codec.plain_values import Getter, compile_plain

ABSENT = object()
ATTRIBUTES = (
    Getter("id", "f0", "s.f0.S", "", is_usual=True),
    Getter("it's", "f1", "twice(s.f1.N)", "", is_usual=False),
    Getter("tags", "f2", "s.f2.SS", "()", is_usual=False),
)
PLAIN = compile_plain("Model", ATTRIBUTES, ABSENT, {"twice": lambda number: number * 2})


def struct(**boxes: Any) -> SimpleNamespace:
    """A struct of three fields, with nothing where no box is given."""
    return SimpleNamespace(**{"f0": ABSENT, "f1": ABSENT, "f2": ABSENT, **boxes})


def box(**content: Any) -> SimpleNamespace:
    return SimpleNamespace(**content)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (
            {"f0": box(S="a"), "f1": box(N=2), "f2": box(SS={"x"})},
            {"id": "a", "it's": 4, "tags": {"x"}},
        ),
        ({"f0": box(S="a")}, {"id": "a", "tags": ()}),
        ({"f1": box(N=2)}, {"it's": 4, "tags": ()}),
        ({}, {"tags": ()}),
    ],
)
def test_values_that_are_there_are_taken(given: dict[str, Any], plain: dict[str, Any]) -> None:
    assert PLAIN(struct(**given)) == plain


def test_a_failure_names_the_model() -> None:
    assert PLAIN.__code__.co_filename == "<plain values of Model>"
