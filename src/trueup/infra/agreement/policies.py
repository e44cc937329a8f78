"""Policies as sets of what they allow and deny, one action on one resource at a time.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from ..._dataclass import dataclass
from ...schema.facts import Difference, Path, Unknown, Value
from ...schema.severity import Severity
from ...templates.template import Resolved

Worded = Callable[[Any], Any]
"""What stands for a value in a text: the same for the same resource of both sides."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One action on one resource. doubt: why it is not known what it says."""

    effect: str
    text: str
    doubt: str = ""


def is_policy(name: str, value: object) -> bool:
    """Whether a property is a policy, by its name."""
    return "policy" in name.lower() and policy_in(value) is not None


def policy_in(value: object) -> Mapping[str, Any] | None:
    """The policy in a value, which may be the text of one; None if it is none."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, Mapping) and "Statement" in value else None


def rules_of(policy: Mapping[str, Any], worded: Worded) -> Iterator[Rule]:
    """Everything that a policy says. worded: as `Worded` says."""
    for statement in _several(policy["Statement"]):
        if not isinstance(statement, Mapping):
            yield Rule("Allow", str(worded(statement)), _doubt(statement))
            continue
        rest = {
            name: worded(part)
            for name, part in statement.items()
            if name not in ("Action", "Resource", "Effect", "Sid")
        }
        beside = f" {json.dumps(rest, sort_keys=True)}" if rest else ""
        effect = str(statement.get("Effect"))
        actions, resources = statement.get("Action"), statement.get("Resource")
        for action, resource in product(_several(actions), _several(resources)):
            where = "" if resource is None else f" on {worded(resource)}"
            doubt = _doubt(resource) or _doubt(action) or _doubt(statement.get("Condition"))
            yield Rule(effect, f"{worded(action)}{where}{beside}", doubt)


def compared_rules(
    declared: list[Rule], found: list[Rule], path: Path
) -> tuple[Difference, Severity]:
    """What is declared beside what was found: only the rules that one of them lacks.

    More that is allowed, or less that is denied, is critical; the opposite is high.
    """
    wanted, there = ({(one.effect, one.text) for one in some} for some in (declared, found))
    lost, more = wanted - there, there - wanted
    doubts = [one.doubt for one in found if one.doubt and (one.effect, one.text) in more]
    if doubts:
        said: Value = Unknown("; ".join(dict.fromkeys(doubts)))
        return Difference(path, _text(lost) or "the policy", said), Severity.CRITICAL
    is_broader = any(effect == "Allow" for effect, _ in more) or any(
        effect == "Deny" for effect, _ in lost
    )
    severity = Severity.CRITICAL if is_broader else Severity.HIGH
    if not lost and not more:
        same = f"{len(wanted)} rules"
        return Difference(path, same, same), severity
    return Difference(path, _text(lost) or None, _text(more) or None), severity


def _text(rules: set[tuple[str, str]]) -> str:
    return "; ".join(f"{effect} {text}" for effect, text in sorted(rules))


def _several(value: Resolved) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _doubt(value: object) -> str:
    """Why a value is not known, unless it is nothing but another resource's."""
    if isinstance(value, Mapping):
        return next((doubt for one in value.values() if (doubt := _doubt(one))), "")
    if isinstance(value, list | tuple):
        return next((doubt for one in value if (doubt := _doubt(one))), "")
    is_open = isinstance(value, Unknown) and not getattr(value, "resource", "")
    return value.why if is_open and isinstance(value, Unknown) else ""
