"""Questions: which read answers typed conditions, and what is said where none does."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.lifecycle.shelves import BOOKS, LAYER, Book, Genre
from trueup import InvalidCall, at
from trueup.engines.open_tables import stored_context, unopened_layer
from trueup.errors import ErrorCode
from trueup.lifecycle.queries import explain
from trueup.lifecycle.questions import Question, Wanted, read_question

OPEN = unopened_layer("sqlite://", LAYER)
NOON = datetime(2025, 1, 15, 12, tzinfo=UTC)


def read(*conditions: str, **options: Any) -> Question:
    return read_question(stored_context(OPEN, BOOKS), Wanted(conditions, **options))


def refusal(*conditions: str, **options: Any) -> InvalidCall:
    with pytest.raises(InvalidCall) as refused:
        read(*conditions, **options)
    return refused.value


@pytest.mark.parametrize(
    "conditions",
    [
        ("pk=shelf#A", "sk=A#00000000000000000007"),
        ("shelf=A", "sk=A#00000000000000000007"),
        ("number=7", "shelf=A"),
    ],
)
def test_whole_key_is_a_get(conditions: tuple[str, ...]) -> None:
    found = read(*conditions)
    assert found.key is not None
    context = stored_context(OPEN, BOOKS)
    assert context.key(found.key) == ("shelf#A", "A#00000000000000000007")


def test_whole_key_with_a_filter_is_a_query() -> None:
    found = read("shelf=A", "number=7", "year>1900")
    assert found.key is None
    assert found.sort == (at(Book.sk) == "A#00000000000000000007")
    assert found.filter == (at(Book.year) > 1900)


def test_conditions_go_to_the_partition_the_sort_key_and_the_filter() -> None:
    found = read("price<5", "year>=1970", "author=Eco", "year<=1980", index="ByAuthor")
    assert found == Question(
        {"author": "Eco"},
        index="ByAuthor",
        sort=at(Book.year).between(1970, 1980),
        filter=at(Book.price) < Decimal(5),
    )


def test_sort_key_of_several_attributes_takes_equality_first() -> None:
    found = read("number>7", "author=Eco", "year=1980", index="ByAuthor")
    assert found.sort == (at(Book.year) == 1980) & (at(Book.number) > 7)
    assert found.filter is None


def test_unequal_is_no_range_of_a_sort_key() -> None:
    found = read("author=Eco", "year!=1980", index="ByAuthor")
    assert (found.sort, found.filter) == (None, at(Book.year) != 1980)


def test_prefix_of_the_sort_key_of_a_table() -> None:
    found = read("shelf=A", "sk^=A#0")
    assert found.sort == at(Book.sk).begins_with("A#0")


def test_equal_instant_is_one_of_the_sort_key() -> None:
    found = read("genre=prose", "lent_at=2025-01-15T12:00:00Z", index="ByGenre")
    assert found == Question({"genre": Genre.PROSE}, index="ByGenre", sort=at(Book.lent_at) == NOON)


def test_pattern_names_its_index_and_order() -> None:
    found = read("author=Eco", "year>1970", pattern="of_author", limit=3)
    assert found == Question(
        {"author": "Eco"}, index="ByAuthor", sort=at(Book.year) > 1970, order="descending", limit=3
    )
    assert read("author=Eco", pattern="of_author", reverse=True).order == "ascending"


def test_pattern_is_asked_by_the_parts_of_its_fields() -> None:
    found = read("shelf=A", "number=7", pattern="one")
    assert found.key == {"shelf": "A", "number": 7}
    error = refusal("shelf=A", pattern="one")
    assert error.what == "the pattern 'one' is asked by pk, sk"


def test_reverse_of_a_query_is_descending() -> None:
    assert read("shelf=A", reverse=True).order == "descending"


def test_scan_is_said_aloud() -> None:
    found = read("year>1970", is_scan=True, include_expired=True)
    assert found == Question(None, filter=at(Book.year) > 1970, include_expired=True)


def test_index_that_would_answer_is_named_and_not_chosen() -> None:
    error = refusal("author=Eco", "genre=prose")
    assert error.code is ErrorCode.INVALID_KEY
    assert error.what == "the table's own key cannot answer: it needs pk=… (or shelf=…)"
    assert error.fix == "these can answer: --index ByAuthor, --index ByGenre"


def test_own_key_that_would_answer_is_named() -> None:
    error = refusal("shelf=A", index="ByAuthor")
    assert error.what == "the index 'ByAuthor' cannot answer: it needs author=…"
    assert error.fix == "these can answer: no --index: the table's own key"


def test_question_that_nothing_answers_names_the_patterns() -> None:
    error = refusal("price<5")
    assert error.fix == (
        "give it, or --scan to read the whole table at its cost; its patterns: of_author, one, "
        "of_author_and_year"
    )


@pytest.mark.parametrize(
    ("options", "code", "what", "fix"),
    [
        (
            {"index": "ByAutor"},
            ErrorCode.UNKNOWN_INDEX,
            "there is no index 'ByAutor'",
            "did you mean 'ByAuthor'?",
        ),
        (
            {"pattern": "of_autor"},
            ErrorCode.INVALID_OPTION,
            "there is no access pattern 'of_autor'",
            "did you mean 'of_author'?",
        ),
        (
            {"pattern": "of_author", "index": "ByAuthor"},
            ErrorCode.INVALID_OPTION,
            "a pattern has an index of its own",
            "give --pattern or --index, not both",
        ),
        (
            {"pattern": "of_author_and_year"},
            ErrorCode.INVALID_OPTION,
            "the pattern 'of_author_and_year' is asked by author, year",
            "give author=… year=…",
        ),
        (
            {"is_scan": True, "reverse": True},
            ErrorCode.INVALID_OPTION,
            "a scan has no order",
            "leave out --reverse or --scan",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    options: dict[str, Any], code: ErrorCode, what: str, fix: str
) -> None:
    error = refusal("author=Eco", **options)
    assert (error.code, error.what, error.fix) == (code, what, fix)


@pytest.mark.parametrize(
    ("conditions", "code", "fix"),
    [
        (
            ["shelf=A", "sk>=a", "sk<b"],
            ErrorCode.INVALID_OPTION,
            "give one condition, or both ends as sk=low..high",
        ),
        (
            ["pk=A"],
            ErrorCode.COMPOSED_MISMATCH,
            "give its parts, shelf=…; or the text as the template builds it",
        ),
        (
            ["shelf=A", "sk=A"],
            ErrorCode.COMPOSED_MISMATCH,
            "give its parts, shelf=… number=…; or the text as the template builds it",
        ),
        (
            ["shelf=A", "sk>="],
            ErrorCode.EMPTY_KEY,
            "leave the condition on sk out: no stored key is empty",
        ),
    ],
)
def test_refusal_is_mended_in_conditions_not_in_python(
    conditions: list[str], code: ErrorCode, fix: str
) -> None:
    with pytest.raises(InvalidCall) as refused:
        explain(OPEN, BOOKS, Wanted(conditions))
    assert (refused.value.code, refused.value.fix) == (code, fix)
