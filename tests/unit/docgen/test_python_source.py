"""Values as source: running it gives the value again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

from trueup import Model, at, composed
from trueup.docgen.text.conditions import condition_source
from trueup.docgen.text.layout import laid_out
from trueup.docgen.text.python_source import (
    Name,
    Unwritable,
    constructor,
    import_lines,
    source_of,
)


class Size(Enum):
    SMALL = "s"


class Part(Model):
    name: str
    size: Size = Size.SMALL


class Thing(Model):
    id: str
    parts: list[Part] = []
    key: str = composed("thing#{id}")


def run(text: str, names: frozenset[Name]) -> Any:
    space: dict[str, Any] = {}
    exec("\n".join(import_lines(names)), space)
    return eval(text, space)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -3,
        1.5,
        float("inf"),
        "",
        'say "hi"',
        "a\nb\x00é😀\ud800",
        b"\x00'",
        Decimal("12.50"),
        UUID(int=7),
        datetime(2025, 1, 15, tzinfo=UTC),
        datetime(2025, 1, 15, 10, 30, 0, 5, tzinfo=UTC),
        date(2025, 1, 15),
        time(10, 30),
        time(0, 0),
        timedelta(days=2, seconds=0.5),
        [],
        [1, "x" * 100],
        (1,),
        (),
        {1, 2},
        set(),
        {"a": {"b": [None]}},
        Size.SMALL,
        Part(name="p"),
        Thing(id="t", parts=[Part(name="p" * 90)]),
    ],
    ids=str,
)
def test_source_gives_the_value(value: Any) -> None:
    source = source_of(value)
    assert run(laid_out(source.text), source.names) == value


def test_composed_fields_make_themselves() -> None:
    source = constructor(Thing(id="t"), without=["parts"])
    assert laid_out(source.text) == 'Thing(id="t")'


@pytest.mark.parametrize("value", [object(), datetime(2025, 1, 15), range(3), [object()]])
def test_other_values_have_no_source(value: Any) -> None:
    with pytest.raises(Unwritable):
        source_of(value)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Thing.id > "a", 'Thing.id > "a"'),
        (Thing.id == "a", 'Thing.id == "a"'),
        (at(Thing.id).between("a", "b"), 'at(Thing.id).between("a", "b")'),
        (at(Thing.id).begins_with("a"), 'at(Thing.id).begins_with("a")'),
        (
            at(Thing.id).exists() & (Thing.id < "b"),
            None,
        ),
        ((Thing.id == "a") & (Thing.key < "b"), '(Thing.id == "a") & (Thing.key < "b")'),
    ],
)
def test_conditions_on_sort_keys_have_a_source(condition: Any, text: str | None) -> None:
    if text is None:
        with pytest.raises(Unwritable):
            condition_source(condition)
        return
    source = condition_source(condition)
    assert source.text == text
    assert run(text, source.names) == condition


def test_imports_of_the_standard_library_come_first() -> None:
    names = {Name("trueup", "at"), Name("datetime", "UTC"), Name("app.tables", "orders")}
    assert import_lines(names, modules=["trueup"]) == [
        "from datetime import UTC",
        "",
        "import trueup",
        "from app.tables import orders",
        "from trueup import at",
    ]
    many = {Name("app", f"name_{n:030}") for n in range(3)}
    assert import_lines(many)[0].splitlines()[0] == "from app import ("
