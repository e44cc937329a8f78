"""Rules of composite alarms: states of others, joined by AND, OR, NOT.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .formula import UnknownFormula
from .states import State

_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<quoted>[^\"]+)\"|'(?P<single>"
    r"[^']+)'|(?P<plain>[^\s()\"']+))\s*\)|(?P<word>(?:AND|OR|NOT|TRUE|FALSE)\b|[()])|(?P<end>\Z))"
)
_DEEPEST = 50


def named_in(rule: str) -> tuple[str, ...]:
    """The alarms that a rule names: each by its name, or by its ARN. Raises UnknownFormula."""
    return tuple(name for kind, name in _tokens(rule) if kind in tuple(State))


def holds(rule: str, states: Mapping[str, State]) -> State:
    """The state of a composite alarm. states: of all others, by name.

    Raises UnknownFormula for what is no rule, or names an alarm that there is not.
    """
    reader = _Reader(list(_tokens(rule)), states)
    outcome = reader.either(0)
    reader.end()
    if outcome is None:
        return State.UNKNOWN
    return State.ALARM if outcome else State.OK


def _tokens(rule: str) -> Iterator[tuple[str, str]]:
    position = 0
    while True:
        found = _TOKEN.match(rule, position)
        if found is None:
            raise UnknownFormula(f"{rule[position : position + 20]!r} is no rule of states")
        position = found.end()
        if found["state"]:
            name = found["quoted"] or found["single"] or found["plain"]
            yield found["state"], name.rpartition(":alarm:")[2]
        else:
            yield found["word"] or "", ""
            if not found["word"]:
                return


class _Reader:
    """A reader that computes as it reads. None is not known."""

    def __init__(self, tokens: list[tuple[str, str]], states: Mapping[str, State]) -> None:
        self._tokens = tokens
        self._states = states

    def end(self) -> None:
        """Nothing more."""
        if self._tokens[0][0]:
            raise UnknownFormula(f"{self._tokens[0][0]!r} stands after the end")

    def either(self, depth: int) -> bool | None:
        """Parts joined by OR."""
        found = [self._both(depth)]
        while self._tokens[0][0] == "OR":
            self._tokens.pop(0)
            found.append(self._both(depth))
        return True if True in found else None if None in found else False

    def _both(self, depth: int) -> bool | None:
        found = [self._one(depth)]
        while self._tokens[0][0] == "AND":
            self._tokens.pop(0)
            found.append(self._one(depth))
        return False if False in found else None if None in found else True

    def _one(self, depth: int) -> bool | None:
        kind, name = self._tokens[0]
        if not kind or depth > _DEEPEST:
            raise UnknownFormula("it is nested too deeply" if kind else "it ends too early")
        self._tokens.pop(0)
        match kind:
            case "NOT":
                negated = self._one(depth + 1)
                return None if negated is None else not negated
            case "TRUE" | "FALSE":
                return kind == "TRUE"
            case "(":
                inner = self.either(depth + 1)
                if self._tokens.pop(0)[0] != ")":
                    raise UnknownFormula("a parenthesis is not closed")
                return inner
            case "ALARM" | "OK" | "INSUFFICIENT_DATA":
                return self._is_in(name, State(kind))
        raise UnknownFormula(f"{kind!r} stands in the place of a state")

    def _is_in(self, name: str, state: State) -> bool | None:
        if name not in self._states:
            raise UnknownFormula(f"there is no alarm {name!r}")
        found = self._states[name]
        return None if found is State.UNKNOWN else found is state
