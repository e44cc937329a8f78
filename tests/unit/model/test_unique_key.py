"""A Unique that is the key of its table: PostgreSQL leaves it out of a new table."""

from __future__ import annotations

import pytest

from trueup import DeclarationError, Layer, Model, Relational, Table
from trueup.relational import Unique


class Seat(Model):
    """A seat in a row."""

    row: int
    seat: int
    text: str = ""


def problems(unique: Unique) -> list[str]:
    table = Table(
        "seats", Seat, partition="row", sort="seat", relational=Relational(unique=[unique])
    )
    try:
        Layer("hall", target="postgres", tables=[table])
    except DeclarationError as error:
        return [problem.partition("relational: ")[2] for problem in error.problems]
    return []


def test_unique_of_the_key_is_refused_with_the_reason() -> None:
    assert problems(Unique(("row", "seat"))) == [
        "the Unique over row, seat is the key of the table, which is unique already, and "
        "PostgreSQL would leave it out; remove it"
    ]


@pytest.mark.parametrize(
    "unique",
    [
        Unique(("seat", "row")),
        Unique("seat"),
        Unique(("row", "seat"), where="seat > 0"),
        Unique(("row", "seat"), nulls_distinct=False),
    ],
    ids=repr,
)
def test_unique_that_is_kept_is_no_problem(unique: Unique) -> None:
    assert problems(unique) == []
