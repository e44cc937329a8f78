"""Statements of policies, in one spelling: one for each resource, its actions sorted.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from ..._dataclass import dataclass
from ..values import Property

VERSION = "2012-10-17"
"""Of the language of policies; there is no later one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Actions that are allowed on a resource, under a condition.

    resource: an ARN, as text or as a reference; or several.
    """

    resource: Property
    actions: frozenset[str]
    condition: Mapping[str, Property] = field(default_factory=dict)


def document(statements: Iterable[Statement]) -> Mapping[str, Property]:
    """The policy with these statements, in their order."""
    return {"Version": VERSION, "Statement": [_statement(one) for one in statements]}


def together(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The same with one statement for all resources of the same actions: AWS limits the length of
    policies, and what is done to many tables is the same for each."""
    alike: dict[tuple[tuple[str, ...], str], list[Statement]] = {}
    for one in statements:
        alike.setdefault((tuple(sorted(one.actions)), str(one.condition)), []).append(one)
    for same in alike.values():
        resources = [one.resource for one in same]
        yield replace(same[0], resource=resources) if len(same) > 1 else same[0]


def trust(service: str) -> Mapping[str, Property]:
    """The policy of a role that a service takes on: `lambda.amazonaws.com`."""
    principal: Mapping[str, Property] = {"Service": service}
    allowed: Property = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": VERSION, "Statement": [allowed]}


def _statement(one: Statement) -> Mapping[str, Property]:
    found: dict[str, Property] = {
        "Effect": "Allow",
        "Action": sorted(one.actions),
        "Resource": one.resource,
    }
    return found | ({"Condition": one.condition} if one.condition else {})
