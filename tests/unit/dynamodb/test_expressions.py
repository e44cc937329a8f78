"""Expressions as text: placeholders everywhere, parentheses only where they are needed."""

from __future__ import annotations

from typing import Any

import pytest

from trueup import InvalidCall
from trueup.engines.dynamodb.compile.expressions import Parameters, clause_of
from trueup.engines.dynamodb.compile.texts import checked_text
from trueup.engines.dynamodb.compile.updates import update_text
from trueup.errors import ErrorCode
from trueup.expressions import Change, Condition, Kind, as_condition
from trueup.model.outside.attribute_values import to_json
from trueup.operations.engine import Limits, Rules
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.oracle import CONDITION_CASES, Case, wire


def parentheses(text: str) -> set[tuple[int, int]]:
    """Where each pair opens and closes."""
    opened: list[int] = []
    pairs = set()
    for position, character in enumerate(text):
        if character == "(":
            opened.append(position)
        elif character == ")":
            pairs.add((opened.pop(), position))
    return pairs


A, B, C = wire("a") == 1, wire("b") == 2, wire("c") == 3


def text_of(condition: Condition | bool) -> str:
    assert isinstance(condition, Condition)
    return clause_of(condition, Parameters()).text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (A, "#0 = :0"),
        (wire("a") != "x", "#0 <> :0"),
        (wire("a") < wire("b"), "#0 < #1"),
        (wire("m", "x.y", 0, "z") >= 1, "#0.#1[0].#2 >= :0"),
        (wire("a").between(1, 2), "#0 BETWEEN :0 AND :1"),
        (wire("a").is_in(1, 2), "#0 IN (:0, :1)"),
        (wire("a").begins_with("x"), "begins_with(#0, :0)"),
        (wire("a").contains(wire("b")), "contains(#0, #1)"),
        (wire("a").size() > 3, "size(#0) > :0"),
        (wire("a").has_type(Kind.SS), "attribute_type(#0, :0)"),
        (wire("a").exists(), "attribute_exists(#0) AND NOT attribute_type(#0, :0)"),
        (wire("a").missing(), "attribute_not_exists(#0) OR attribute_type(#0, :0)"),
        (A & B & C, "#0 = :0 AND #1 = :1 AND #2 = :2"),
        (A & (B | C), "#0 = :0 AND (#1 = :1 OR #2 = :2)"),
        (A | (B & C), "#0 = :0 OR #1 = :1 AND #2 = :2"),
        (~A, "NOT #0 = :0"),
        (~(A & B), "NOT (#0 = :0 AND #1 = :1)"),
        (~~A, "NOT (NOT #0 = :0)"),
        (~A & B, "NOT #0 = :0 AND #1 = :1"),
    ],
)
def test_condition_has_this_text(condition: Any, text: str) -> None:
    assert text_of(condition) == text


@pytest.mark.parametrize("case", CONDITION_CASES, ids=lambda case: case.name)
def test_no_parentheses_are_redundant(case: Case) -> None:
    # "The expression has redundant parentheses" is an error of DynamoDB's.
    for condition in (case.condition, ~case.condition, ~~case.condition, case.condition & A):
        pairs = parentheses(text_of(condition))
        assert [pair for pair in pairs if (pair[0] + 1, pair[1] - 1) in pairs] == []


def test_a_name_has_one_placeholder_and_every_value_its_own() -> None:
    parameters = Parameters()
    clause_of(as_condition(wire("a") == 1) & (wire("m", "a") == 1), parameters)
    assert parameters.body(to_json) == {
        "ExpressionAttributeNames": {"#0": "a", "#1": "m"},
        "ExpressionAttributeValues": {":0": {"N": "1"}, ":1": {"N": "1"}},
    }


def test_nothing_is_declared_where_nothing_is_used() -> None:
    assert Parameters().body(to_json) == {}


def update(*changes: Change, **initial: Any) -> str:
    return update_text(changes, initial, frozenset({"pk"}), Parameters())


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ([wire("a").assign(1)], "SET #0 = :0"),
        ([wire("a").assign_if_missing(1)], "SET #0 = if_not_exists(#0, :0)"),
        ([wire("a").add(1)], "ADD #0 :0"),
        ([wire("m", "a").add(1)], "SET #0.#1 = if_not_exists(#0.#1, :0) + :1"),
        ([wire("a").append(1)], "SET #0 = list_append(if_not_exists(#0, :0), :1)"),
        ([wire("a").prepend(1)], "SET #0 = list_append(:1, if_not_exists(#0, :0))"),
        ([wire("a").remove()], "REMOVE #0"),
        ([wire("a").add_to_set("x")], "ADD #0 :0"),
        ([wire("a").remove_from_set("x")], "DELETE #0 :0"),
        (
            [wire("d").remove(), wire("c").add(1), wire("b").assign(1), wire("a").assign(1)],
            "SET #0 = :0, #1 = :1 REMOVE #3 ADD #2 :2",
        ),
        ([wire("l", 9).assign(1), wire("l", 8).assign(1)], "SET #0[8] = :0, #0[9] = :1"),
        ([wire("l", 1).remove(), wire("l", 2).remove()], "REMOVE #0[2], #0[1]"),
    ],
)
def test_update_has_this_text(changes: list[Change], text: str) -> None:
    assert update(*changes) == text


def test_what_a_begun_item_has_besides_is_set_where_it_is_missing() -> None:
    text = update(wire("a").add(1), pk="p", kind="Invoice", a=1)
    assert text == "SET #1 = if_not_exists(#1, :1) ADD #0 :0"


def test_update_without_changes_is_refused() -> None:
    with refused(ErrorCode.INVALID_UPDATE):
        update()


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (wire("a") == 1, 1),
        (wire("a").between(1, 2), 1),
        (wire("a").is_in(1, 2), 1),
        (~~(wire("a") == 1), 3),
        ((wire("a") == 1) & (wire("b") != 2) | (wire("a") <= 3), 5),
        (~((wire("a") == 1) | (wire("b") == 2)), 4),
        (wire("a").size() > 1, 2),
        (wire("a").begins_with("x"), 1),
        (wire("a").exists(), 4),
    ],
)
def test_operators_and_functions_are_counted(condition: Any, count: int) -> None:
    assert is_within(count, "FilterExpression", text_of(as_condition(condition)))
    assert not is_within(count - 1, "FilterExpression", text_of(as_condition(condition)))


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ([wire("a").assign(1), wire("b").assign(2)], 0),
        ([wire("m", "a").add(1)], 2),
        ([wire("a").append(1)], 2),
        ([wire("a").add_to_set("x"), wire("b").remove()], 0),
    ],
)
def test_equals_signs_of_an_update_are_no_operators(changes: list[Change], count: int) -> None:
    assert is_within(count, "UpdateExpression", update(*changes))
    assert count == 0 or not is_within(count - 1, "UpdateExpression", update(*changes))


def is_within(most: int, name: str, text: str) -> bool:
    """Whether a target that takes so many operators takes the expression."""
    rules = Rules("x", Limits(expression_operators=most))
    try:
        checked_text(rules, name, text, "Table")
    except InvalidCall:
        return False
    return True
