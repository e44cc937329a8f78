"""Policies of tables in one spelling, so that two that allow the same can be compared as texts.

AWS gives back a policy in other words than it was given: an account as an ARN, a list of one as a
text, in any order.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_ACCOUNT = re.compile(r"[0-9]{12}")
_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")


def canonical(policy: Mapping[str, Any], table_arn: str = "") -> str | None:
    """A policy as text; None if it says nothing.

    table_arn: statements about this table with its indexes are given without resources, as in a
    declaration.
    """
    if not policy:
        return None
    statements = _listed(policy.get("Statement", ()))
    told = [_text(_statement(one, table_arn)) for one in statements]
    inner = {**policy, "Statement": [json.loads(text) for text in sorted(told)]}
    return _text(inner)


def with_resources(policy: str, table_arn: str) -> str:
    """A canonical policy as it is sent: statements without resources are about this table."""
    told = json.loads(policy)
    for statement in told["Statement"]:
        if not {"Resource", "NotResource"} & statement.keys():
            statement["Resource"] = _resources(table_arn)
    return _text(told)


def _resources(table_arn: str) -> list[str]:
    """A table with its indexes."""
    return [table_arn, f"{table_arn}/index/*"]


def _statement(statement: Any, table_arn: str) -> Any:
    if not isinstance(statement, Mapping):
        return statement
    told = dict(statement)
    for name in _LISTS:
        if name in told:
            told[name] = _sorted(told[name])
    for name in _PRINCIPALS:
        if name in told:
            told[name] = _principals(told[name])
    if isinstance(told.get("Condition"), Mapping):
        told["Condition"] = {
            operator: {key: _sorted(values) for key, values in keys.items()}
            for operator, keys in told["Condition"].items()
        }
    if table_arn and told.get("Resource") == _resources(table_arn):
        del told["Resource"]
    return told


def _principals(principals: Any) -> Any:
    if not isinstance(principals, Mapping):
        principals = {"AWS": principals}
    return {
        kind: _sorted([_principal(one) for one in _listed(given)])
        for kind, given in principals.items()
    }


def _principal(principal: Any) -> Any:
    is_account = isinstance(principal, str) and _ACCOUNT.fullmatch(principal)
    return f"arn:aws:iam::{principal}:root" if is_account else principal


def _sorted(values: Any) -> list[Any]:
    """The values as a list, each once."""
    return [json.loads(text) for text in sorted({_text(value) for value in _listed(values)})]


def _listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, list | tuple) else [values]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
