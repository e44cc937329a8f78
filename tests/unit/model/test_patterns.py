"""Access patterns are proved answerable; what is not says which declaration would answer it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.model.declared import problems_of
from trueup import AccessPattern, Example, Index, Model


class Order(Model):
    customer: str
    number: int
    status: str
    day: str
    total: int


INDEXES = [
    Index("ByStatus", partition="status", sort="day", projection=["total"]),
    Index("ByDay", partition=("day", "status"), sort=("total", "number")),
]


def problems(pattern: AccessPattern) -> list[str]:
    return problems_of(
        Order, partition="customer", sort="number", indexes=INDEXES, patterns=[pattern]
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"by": "customer", "sorted_by": "number", "order": "descending"},
        {"by": ("customer", "number")},
        {"index": "ByStatus", "needs": ["total", "customer", "number", "day"], "sorted_by": "day"},
        {"index": "ByDay"},
        {"index": "ByDay", "by": ("status", "day"), "sorted_by": "total"},
        {"index": "ByDay", "by": ("day", "status", "total"), "sorted_by": "number"},
    ],
)
def test_an_answerable_pattern_passes(options: dict[str, Any]) -> None:
    assert problems(AccessPattern("p", **options)) == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"index": "No"}, "there is no index 'No'; the indexes are: ByStatus, ByDay"),
        ({"order": "up"}, "order is 'ascending' or 'descending', not 'up'"),
        ({"by": "status"}, "the table needs a value for customer, which the pattern does not give"),
        ({"index": "ByDay", "by": "day"}, "index 'ByDay' needs a value for status"),
        (
            {"by": ("customer", "status")},
            "the table cannot look up by status; after its partition it is sorted by number",
        ),
        (
            {"index": "ByDay", "by": ("day", "status", "number")},
            "cannot look up by number; after its partition it is sorted by total, number",
        ),
        ({"sorted_by": "day"}, "the table is not sorted by 'day'"),
        ({"index": "ByDay", "sorted_by": "number"}, "index 'ByDay' is not sorted by 'number'"),
        ({"needs": ["no"]}, "it needs no, which is no field"),
    ],
)
def test_a_pattern_that_cannot_be_answered_says_why(options: dict[str, Any], problem: str) -> None:
    assert any(problem in found for found in problems(AccessPattern("p", **options)))


def test_an_index_that_lacks_an_attribute_is_named() -> None:
    class Wide(Order):
        note: str

    (problem,) = problems_of(
        Wide,
        partition="customer",
        sort="number",
        indexes=INDEXES,
        patterns=[AccessPattern("p", index="ByStatus")],
    )
    assert problem == "pattern 'p': index 'ByStatus' does not project note"


@pytest.mark.parametrize(
    ("options", "suggestion"),
    [
        ({"by": "status"}, "index='ByStatus' answers it"),
        ({"by": ("day", "status"), "sorted_by": "total"}, "index='ByDay' answers it"),
        (
            {"by": "status", "sorted_by": "total"},
            "Index('StatusIndex', partition='status', sort='total') would answer it",
        ),
        ({"by": "total"}, "Index('TotalIndex', partition='total') would answer it"),
        (
            {"by": ("total", "status")},
            "Index('TotalIndex', partition=('total', 'status')) would answer it",
        ),
    ],
)
def test_the_index_that_would_answer_is_suggested(options: dict[str, Any], suggestion: str) -> None:
    assert problems(AccessPattern("p", **options))[-1].endswith(suggestion)


@pytest.mark.parametrize(
    "examples",
    [
        [Example("ada")],
        [Example(("ada",), sort=Order.number > 3, limit=5, description="Ada's later orders")],
        [Example({"customer": "ada"})],
    ],
)
def test_an_example_gives_the_values_of_its_pattern(examples: list[Example]) -> None:
    assert problems(AccessPattern("p", examples=examples)) == []


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        ([Example(("ada", 1))], "pattern 'p': an example gives 2 values for customer"),
        ([Example("ada", limit="9")], "Example: limit is a whole number or None, not a text"),  # type: ignore[arg-type]  # the point of the test
        (["ada"], "AccessPattern: examples[0] is an Example, not a text"),
    ],
)
def test_an_example_that_does_not_fit_is_refused(examples: Any, problem: str) -> None:
    assert problems(AccessPattern("p", examples=examples)) == [problem]
