"""Conditions mean what AWS's pages say, case by case; then what our policies mean under them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.permissions.evaluator import Asked, Decision, evaluate, placed
from tests.infra.permissions.shop import ORDERS, SECRET, policy
from tests.infra.permissions.test_policies import accessing

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/beta-orders"
ALLOWED, DENIED, NOTHING = Decision.ALLOWED, Decision.DENIED, Decision.NOT_ALLOWED
AWS = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
LOGIC = f"{AWS}/reference_policies_evaluation-logic.html"
OPERATORS = f"{AWS}/reference_policies_elements_condition_operators.html"
SETS = f"{AWS}/reference_policies_condition-single-vs-multi-valued-context-keys.html"
VARIABLES = f"{AWS}/reference_policies_variables.html"
RESOURCES = f"{AWS}/reference_policies_elements_resource.html"


def of(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    """A statement on gets of one table, unless said otherwise."""
    given = {"Effect": effect, "Action": "dynamodb:GetItem", "Resource": TABLE, **elements}
    return {name: value for name, value in given.items() if value is not None}


def when(operator: str, key: str, wanted: object) -> dict[str, Any]:
    """A statement with a condition."""
    return of(Condition={operator: {key: wanted}})


def of_k(operator: str, wanted: object) -> dict[str, Any]:
    """One with a condition on the key `k`."""
    return when(operator, "k", wanted)


KEYS = "dynamodb:LeadingKeys"
CONFINED = when("ForAllValues:StringLike", KEYS, ["T#a", "T#a#*"])
GUARDED = of(
    Condition={"ForAllValues:StringLike": {KEYS: ["T#a", "T#a#*"]}, "Null": {KEYS: "false"}}
)
Case = tuple[str, list[dict[str, Any]], dict[str, Any], Decision]
CASES: dict[str, list[Case]] = {
    LOGIC: [
        ("an allow", [of()], {}, ALLOWED),
        ("nothing", [], {}, NOTHING),
        ("a deny beside an allow", [of(), of("Deny")], {}, DENIED),
        ("a deny before an allow", [of("Deny"), of()], {}, DENIED),
        ("a deny alone", [of("Deny")], {}, DENIED),
        ("another action", [of(Action="dynamodb:Query")], {}, NOTHING),
        ("an action in another case", [of(Action="DynamoDB:getitem")], {}, ALLOWED),
        ("actions by a wildcard", [of(Action=["s3:*", "dynamodb:Get*"])], {}, ALLOWED),
        ("all actions but one", [of(Action=None, NotAction="dynamodb:GetItem")], {}, NOTHING),
        ("all actions but another", [of(Action=None, NotAction="s3:*")], {}, ALLOWED),
    ],
    RESOURCES: [
        ("a resource in another case", [of(Resource=TABLE.upper())], {}, NOTHING),
        ("the indexes of the table", [of(Resource=f"{TABLE}/index/*")], {}, NOTHING),
        ("tables by a wildcard", [of(Resource=TABLE.replace("orders", "*"))], {}, ALLOWED),
        ("all resources but it", [of(Resource=None, NotResource=TABLE)], {}, NOTHING),
    ],
    OPERATORS: [
        ("equal", [of_k("StringEquals", "a")], {"k": "a"}, ALLOWED),
        ("equal to one of several", [of_k("StringEquals", ["b", "a"])], {"k": "a"}, ALLOWED),
        ("not equal", [of_k("StringEquals", "a")], {"k": "A"}, NOTHING),
        ("equal without the key", [of_k("StringEquals", "a")], {}, NOTHING),
        ("equal, if it is there", [of_k("StringEqualsIfExists", "a")], {}, ALLOWED),
        ("other, if it is there", [of_k("StringEqualsIfExists", "a")], {"k": "b"}, NOTHING),
        ("other than all", [of_k("StringNotEquals", ["a", "b"])], {"k": "b"}, NOTHING),
        ("other without the key", [of_k("StringNotEquals", "a")], {}, ALLOWED),
        ("like", [of_k("StringLike", "a*z?")], {"k": "abzc"}, ALLOWED),
        ("a star is no pattern for equal", [of_k("StringEquals", "a*")], {"k": "ab"}, NOTHING),
        ("equal in any case", [of_k("StringEqualsIgnoreCase", "A")], {"k": "a"}, ALLOWED),
        ("a true one", [of_k("Bool", "true")], {"k": "true"}, ALLOWED),
        ("a number", [of_k("NumericLessThan", "10")], {"k": "9"}, ALLOWED),
        ("the key is absent", [of_k("Null", "true")], {}, ALLOWED),
        ("the key is there", [of_k("Null", "false")], {"k": "x"}, ALLOWED),
        ("the key should be there", [of_k("Null", "false")], {}, NOTHING),
        ("both conditions", [GUARDED], {KEYS: ["T#a#1"]}, ALLOWED),
    ],
    SETS: [
        ("all values fit", [CONFINED], {KEYS: ["T#a", "T#a#1"]}, ALLOWED),
        ("one value does not fit", [CONFINED], {KEYS: ["T#a", "T#b"]}, NOTHING),
        ("a longer tenant", [CONFINED], {KEYS: ["T#ab"]}, NOTHING),
        ("ForAllValues is true without the key", [CONFINED], {}, ALLOWED),
        ("ForAllValues is true of no values", [CONFINED], {KEYS: []}, ALLOWED),
        ("Null guards it", [GUARDED], {}, NOTHING),
        ("Null guards it of no values too", [GUARDED], {KEYS: []}, NOTHING),
        ("any value fits", [of_k("ForAnyValue:StringEquals", "a")], {"k": ["b", "a"]}, ALLOWED),
        ("no value fits", [of_k("ForAnyValue:StringEquals", "a")], {"k": ["b"]}, NOTHING),
        (
            "ForAnyValue is false without the key",
            [of_k("ForAnyValue:StringEquals", "a")],
            {},
            NOTHING,
        ),
    ],
    VARIABLES: [
        ("a variable", [of_k("StringEquals", "${t:x}")], {"k": "a", "t:x": "a"}, ALLOWED),
        ("another's", [of_k("StringEquals", "${t:x}")], {"k": "a", "t:x": "b"}, NOTHING),
        ("one without a value", [of_k("StringLike", "*${t:x}")], {"k": "a"}, NOTHING),
        (
            "a value is no pattern",
            [of_k("StringLike", "${t:x}")],
            {"k": "ab", "t:x": "a*"},
            NOTHING,
        ),
        ("within a pattern", [of_k("StringLike", "${t:x}#*")], {"k": "a#9", "t:x": "a"}, ALLOWED),
    ],
}
_LISTED = [case for cases in CASES.values() for case in cases]


@pytest.mark.parametrize(
    ("statements", "context", "decision"),
    [case[1:] for case in _LISTED],
    ids=[case[0] for case in _LISTED],
)
def test_evaluator_decides_as_the_pages_of_aws_say(
    statements: list[dict[str, Any]], context: dict[str, Any], decision: Decision
) -> None:
    asked = Asked("dynamodb:GetItem", TABLE, context)
    assert evaluate({"Statement": statements}, asked) is decision


def decided(policy: Any, action: str, resource: str = TABLE) -> Decision:
    return evaluate(placed(policy), Asked(f"dynamodb:{action}", resource))


@pytest.mark.case("S27")
def test_pattern_on_an_index_is_allowed_there_and_nowhere_else() -> None:
    granted = policy(**accessing(ORDERS.pattern("orders_in_status")))
    assert decided(granted, "Query", f"{TABLE}/index/ByStatus") is ALLOWED
    assert decided(granted, "Query", f"{TABLE}/index/ByNumber") is NOTHING
    assert decided(granted, "Query") is NOTHING
    assert decided(granted, "Scan", f"{TABLE}/index/ByStatus") is NOTHING


@pytest.mark.case("S30")
def test_declared_check_is_allowed_and_an_undeclared_one_is_not() -> None:
    assert decided(policy(**accessing(ORDERS.check)), "ConditionCheckItem") is ALLOWED
    every = [ORDERS.put, ORDERS.update, ORDERS.delete, ORDERS.get]
    assert decided(policy(**accessing(*every)), "ConditionCheckItem") is NOTHING


@pytest.mark.case("S28")
def test_tenant_reaches_its_own_items_only_and_never_by_a_request_without_a_key() -> None:
    keys = ["TENANT#${aws:PrincipalTag/tenant}", "TENANT#${aws:PrincipalTag/tenant}#*"]
    granted = policy(
        **accessing(ORDERS.get, ORDERS.pattern("orders_of_customer")), leading_keys=keys
    )

    def ends(action: str, tenant: str | None, leading: list[str] | None) -> Decision:
        context: dict[str, Any] = {"aws:PrincipalTag/tenant": tenant} if tenant else {}
        context |= {} if leading is None else {KEYS: leading}
        return evaluate(placed(granted), Asked(f"dynamodb:{action}", TABLE, context))

    assert ends("GetItem", "a", ["TENANT#a#1"]) is ALLOWED
    assert ends("Query", "a", ["TENANT#a"]) is ALLOWED
    assert ends("GetItem", "a", ["TENANT#ab#1"]) is NOTHING
    assert ends("GetItem", "a", ["TENANT#a", "TENANT#b"]) is NOTHING
    assert ends("GetItem", None, ["TENANT#a"]) is NOTHING
    assert ends("Scan", "a", None) is NOTHING
    assert ends("GetItem", "a", None) is NOTHING


@pytest.mark.case("S29")
def test_key_of_a_table_is_of_use_through_dynamodb_only() -> None:
    granted = placed(policy(stream=SECRET))
    key = "arn:aws:kms:eu-west-1:123456789012:key/abc"

    def ends(service: str, on: str = key, action: str = "Decrypt") -> Decision:
        via = {"kms:ViaService": f"{service}.eu-west-1.amazonaws.com"}
        return evaluate(granted, Asked(f"kms:{action}", on, via))

    assert ends("dynamodb") is ALLOWED
    assert ends("s3") is NOTHING
    assert ends("dynamodb", on=key.replace("abc", "other")) is NOTHING
    assert ends("dynamodb", action="GenerateDataKey") is NOTHING
    assert evaluate(granted, Asked("kms:Decrypt", key)) is NOTHING
