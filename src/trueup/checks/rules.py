"""Every rule by its code: the help of SARIF and the page docs/checks.md are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .alarms import rules as alarms
from .code.rules import catalogue as code
from .design import layer
from .migrations import rules as migrations
from .rule import Rule
from .templates import lint


def families() -> Mapping[str, Sequence[Rule]]:
    """The rules in the order of their codes, by what they are about."""
    return {
        "Declarations": _ordered(layer.RULES),
        "Migrations": _ordered(migrations.RULES),
        "Templates": _ordered(lint.RULES),
        "Alarms": alarms.RULES,
        "Code": code.RULES,
    }


def rules_by_code() -> Mapping[str, Rule]:
    """All rules, in the order of their codes."""
    return {rule.code: rule for rules in families().values() for rule in rules}


def _ordered(rules: Iterable[Rule]) -> Sequence[Rule]:
    return sorted(rules, key=lambda rule: rule.code)
