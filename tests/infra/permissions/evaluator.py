"""What a policy allows, by AWS's rules of evaluation, conditions included.

Sources:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Context = Mapping[str, str | Sequence[str]]
PLACES = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}


class Decision(Enum):
    """How a request ends."""

    ALLOWED = "allowed"
    DENIED = "explicitly denied"
    NOT_ALLOWED = "allowed by nothing"


@dataclass(frozen=True)
class Asked:
    """A request: an action on a resource. context: what conditions look at; a list is of a key
    with several values."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def placed(policy: object, account: str = PLACES["AWS::AccountId"]) -> Any:
    """The policy in an account: what CloudFormation fills in is filled in."""
    text = json.dumps(policy)
    for name, value in {**PLACES, "AWS::AccountId": account}.items():
        text = text.replace(f"${{{name}}}", value)
    return json.loads(text)


def evaluate(policy: Mapping[str, Any], asked: Asked) -> Decision:
    """The decision of one policy. A denial wins over whatever is allowed."""
    applying = {one["Effect"] for one in policy["Statement"] if _applies(one, asked)}
    if "Deny" in applying:
        return Decision.DENIED
    return Decision.ALLOWED if "Allow" in applying else Decision.NOT_ALLOWED


def _applies(statement: Mapping[str, Any], asked: Asked) -> bool:
    return (
        _named(statement, "Action", asked.action.lower(), asked, str.lower)
        and _named(statement, "Resource", asked.resource, asked, str)
        and all(
            _holds(operator, _values(asked.context.get(key)), _listed(wanted), asked)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _named(
    statement: Mapping[str, Any], element: str, given: str, asked: Asked, form: Callable[[Any], str]
) -> bool:
    if f"Not{element}" in statement:
        excepted = _listed(statement[f"Not{element}"])
        return not any(_like(given, form(one), asked) for one in excepted)
    return any(_like(given, form(one), asked) for one in _listed(statement[element]))


def _holds(operator: str, values: list[str] | None, wanted: list[str], asked: Asked) -> bool:
    """Whether a condition holds. values: None if the request has no such key."""
    quantifier, _, name = operator.rpartition(":")
    is_optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return (values is None) == (wanted[0].lower() == "true")
    if quantifier == "ForAllValues":  # true of nothing
        return all(_fits(name, value, wanted, asked) for value in values or ())
    if quantifier == "ForAnyValue":
        return any(_fits(name, value, wanted, asked) for value in values or ())
    if values is None:
        return is_optional or "Not" in name
    return _fits(name, values[0], wanted, asked)


def _fits(name: str, value: str, wanted: list[str], asked: Asked) -> bool:
    if "Not" in name:
        return not _fits(name.replace("Not", ""), value, wanted, asked)
    compare = _COMPARISONS[name]
    return any(compare(value, one, asked) for one in wanted)


def _like(value: str, pattern: str, asked: Asked) -> bool:
    """`*` is any text, `?` one character; a variable stands for its own text, or fits nothing."""
    filled = _filled(pattern, asked, re.escape)
    if filled is None:
        return False
    parts = re.split(r"(\0.*?\0)|([*?])", filled)
    text = ""
    for part in filter(None, parts):
        wild = {"*": ".*", "?": "."}.get(part)
        text += wild or (part[1:-1] if part[0] == "\0" else re.escape(part))
    return re.fullmatch(text, value, re.DOTALL) is not None


def _equal(value: str, wanted: str, asked: Asked) -> bool:
    filled = _filled(wanted, asked, str)
    return filled is not None and filled.replace("\0", "") == value


def _filled(pattern: str, asked: Asked, form: Callable[[str], str]) -> str | None:
    """The pattern with its variables as literal texts; None if one of them has no value."""
    if not _known(pattern, asked):
        return None
    return _VARIABLE.sub(
        lambda found: "\0" + form((_values(asked.context[found[1]]) or [""])[0]) + "\0", pattern
    )


def _known(pattern: str, asked: Asked) -> bool:
    return all(name in asked.context for name in _VARIABLE.findall(pattern))


_VARIABLE = re.compile(r"\$\{([A-Za-z]+:[^}]+)\}")
_COMPARISONS: Mapping[str, Callable[[str, str, Asked], bool]] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": lambda value, one, asked: _equal(value.lower(), one.lower(), asked),
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, one, _: value.lower() == one.lower(),
    "NumericEquals": lambda value, one, _: float(value) == float(one),
    "NumericLessThan": lambda value, one, _: float(value) < float(one),
    "NumericGreaterThan": lambda value, one, _: float(value) > float(one),
}


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list | tuple) else [given]


def _values(given: str | Sequence[str] | None) -> list[str] | None:
    """The values of a key. An empty list counts as a key that is not there."""
    return [str(one) for one in _listed(given)] or None if given is not None else None
