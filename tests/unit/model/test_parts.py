"""Composed texts are taken apart into exactly what they were built from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trueup import InvalidCall, Model, composed, parts_of


class Visit(Model, names="camelCase"):
    at_time: datetime
    place: str
    visit_key: str = composed("visit#{at_time}#{place}")


@pytest.mark.parametrize("place", ["Oslo", "", "a#b", "100%", "%23", "#", "ü"])
def test_parts_are_those_that_were_given(place: str) -> None:
    visit = Visit(at_time=datetime(2025, 1, 2, tzinfo=UTC), place=place)
    assert parts_of(Visit.visit_key, visit.visit_key) == {
        "at_time": "2025-01-02T00:00:00.000000Z",
        "place": place,
    }


@pytest.mark.parametrize("text", ["", "visit#", "visit#a", "other#a#b", "visit#a#b#c"])
def test_text_of_another_template_is_refused(text: str) -> None:
    with pytest.raises(InvalidCall, match="composed-mismatch"):
        parts_of(Visit.visit_key, text)


def test_field_that_is_not_composed_is_refused() -> None:
    with pytest.raises(InvalidCall, match="wrong-type"):
        parts_of(Visit.place, "Oslo")


def test_value_in_place_of_a_field_is_refused() -> None:
    with pytest.raises(InvalidCall, match="wrong-type"):
        parts_of("visit#a#b", "visit#a#b")
