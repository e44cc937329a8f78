"""Where an error happened, as a value, and errors as JSON takes them."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from tests.unit.errors.test_category import CATEGORIES
from trueup.errors import (
    NOWHERE,
    ConditionFailed,
    DeclarationError,
    ErrorCode,
    InternalError,
    InvalidCall,
    Place,
    Throttled,
    TransactionCancelled,
    TrueupError,
)

TEXTS = {
    NOWHERE: "",
    Place("sqlite"): "sqlite",
    Place(table="Orders"): "table Orders",
    Place(attribute="lines.count"): "attribute lines.count",
    Place(note="file.py:7"): "file.py:7",
    Place("sqlite", table="Orders"): "sqlite, table Orders",
    Place("sqlite", table="Orders", index="ByDay"): "sqlite, table Orders, index ByDay",
    Place("sqlite", table="Orders", attribute="a"): "sqlite, table Orders, attribute a",
    Place("sqlite", table="Orders", key="a and b"): "sqlite, table Orders, key a and b",
    Place("sqlite", note="file shop.db"): "sqlite, file shop.db",
    Place(table="Orders", attribute="a"): "table Orders, attribute a",
    Place(table="Orders", attribute="a", note="character 7"): (
        "table Orders, attribute a, character 7"
    ),
}


@pytest.mark.parametrize(("place", "text"), TEXTS.items())
def test_text_names_what_is_known_from_the_engine_inwards(place: Place, text: str) -> None:
    assert str(place) == text


def test_places_are_equal_by_what_they_say() -> None:
    assert Place("sqlite", table="Orders") == Place("sqlite", table="Orders")
    assert Place(table="Orders") != Place(note="table Orders")


@pytest.mark.parametrize("place", TEXTS)
def test_place_survives_pickling(place: Place) -> None:
    assert pickle.loads(pickle.dumps(place)) == place


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (NOWHERE, Place("sqlite", table="Orders")),
        (Place(attribute="a"), Place("sqlite", table="Orders", attribute="a")),
        (Place(table="Other"), Place("sqlite", table="Other")),
        (Place(note="character 7"), Place("sqlite", table="Orders", note="character 7")),
    ],
)
def test_locate_fills_in_what_is_not_known(known: Place, found: Place) -> None:
    error = InternalError("x", fix="y", where=known)
    error.locate(Place("sqlite", table="Orders"))
    assert error.where == found


def test_attribute_of_a_nested_item_is_seen_from_the_outer_one() -> None:
    assert NOWHERE.within("lines") == Place(attribute="lines")
    assert Place(attribute="count").within("lines").within("order") == Place(
        attribute="order.lines.count"
    )


@pytest.mark.parametrize("kind", CATEGORIES)
def test_error_of_each_family_is_told_as_json(kind: type[TrueupError]) -> None:
    error = kind("what happened", fix="do this", where=Place("sqlite", table="Orders"))
    told = json.loads(json.dumps(error.to_dict()))
    assert told | {"problems": 0, "reasons": 0} == {
        "code": error.code.value,
        "category": CATEGORIES[kind].value,
        "retryable": kind.retryable,
        "what": "what happened",
        "where": {"engine": "sqlite", "table": "Orders"},
        "fix": "do this",
        "native": "",
        "reply": "",
        "retry_after_s": None,
        "problems": 0,
        "reasons": 0,
    }


def test_error_that_asks_to_wait_says_how_long_as_json() -> None:
    error = Throttled("x", fix="y", native="TooFast", reasons=["TableLimit"])
    error.retry_after_s = 1.5
    told = error.to_dict()
    assert (told["retry_after_s"], told["native"]) == (1.5, "TooFast")
    assert told["reasons"] == ["TableLimit"]


def test_json_has_the_problems_of_a_declaration() -> None:
    assert DeclarationError("x", fix="y", problems=["one", "two"]).to_dict()["problems"] == [
        "one",
        "two",
    ]


def test_json_has_the_error_of_each_action() -> None:
    reason = ConditionFailed("no", fix="y", where=Place(key="id"))
    told: dict[str, Any] = TransactionCancelled("x", fix="y", reasons=[None, reason]).to_dict()
    assert told["reasons"] == [None, reason.to_dict()]
    assert told["reasons"][1]["where"] == {"key": "id"}


def test_code_is_the_one_the_error_was_given() -> None:
    assert InvalidCall("x", fix="y", code=ErrorCode.CLOSED).to_dict()["code"] == "closed"
