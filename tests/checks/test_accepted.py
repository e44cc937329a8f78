"""Problems are accepted by code and place, with a reason, and never silently."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from trueup.checks.accepted import Outcome, sort_out
from trueup.checks.problem import Problem
from trueup.schema.severity import Severity

PROBLEM = Problem("T012", Severity.LOW, "it is so", "change it", "app.yaml", 3, of="Table")


def accepting(*lines: str, **reasons: str) -> Outcome:
    def lines_of(file: str) -> Sequence[str]:
        return lines if file == "app.yaml" else ()

    return sort_out([PROBLEM], reasons, lines_of, whole="T")


@pytest.mark.parametrize(
    "lines",
    [
        ("Resources:", "  Table:", "    Type: T  # trueup: accept T012, a cache"),
        ("Resources:", "  # trueup: accept T012: a cache", "  Table:"),
        ("# trueup: accept T012 a cache", "  # and more", "  Table:"),
        ("{", "// trueup: accept T012, a cache", "Table: {"),
    ],
)
def test_comment_at_the_place_accepts_with_its_reason(lines: Sequence[str]) -> None:
    assert accepting(*lines) == Outcome((), ((PROBLEM, "a cache"),))


@pytest.mark.parametrize(
    "lines",
    [
        ("Resources:", "  Table:", "    Type: T  # trueup: accept T013, a cache"),
        ("# trueup: accept T012, a cache", "  Other:", "  Table:"),
        ("Resources:", "  Table:", "    Type: T", "# trueup: accept T012, a cache"),
    ],
)
def test_comment_of_another_code_or_place_accepts_nothing(lines: Sequence[str]) -> None:
    assert accepting(*lines) == Outcome((PROBLEM,))


def test_comment_without_a_reason_accepts_nothing_and_is_told() -> None:
    outcome = accepting("", "# trueup: accept T012", "Table:")
    assert outcome.open == (PROBLEM,)
    assert outcome.notes == ("app.yaml:3: T012 is accepted there without a reason",)


@pytest.mark.parametrize("key", ["T012", "T012 Table"])
def test_setting_accepts_by_code_or_by_code_and_resource(key: str) -> None:
    assert accepting(**{key: "a cache"}) == Outcome((), ((PROBLEM, "a cache"),))


def test_setting_that_fits_nothing_is_told() -> None:
    outcome = accepting(**{"T012 Other": "a cache"})
    assert outcome == Outcome((PROBLEM,), (), ("nothing fits the accepted T012 Other",))


def test_setting_for_what_was_not_looked_for_is_not_in_vain() -> None:
    assert accepting(**{"D001": "few"}) == Outcome((PROBLEM,))
