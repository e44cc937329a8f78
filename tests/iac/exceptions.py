"""What a tool says of the templates and is right in general, but not of these."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from trueup._dataclass import dataclass

_FILE = Path(__file__).with_name("data") / "exceptions.toml"


@dataclass(frozen=True, slots=True)
class Excused:
    """A rule of a tool that does not hold. of: the resource, or a pattern over `stack/Resource`."""

    tool: str
    rule: str
    of: str
    reason: str


def exceptions(tool: str) -> list[Excused]:
    """The exceptions of a tool."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["exception"]
    return [one for row in rows if (one := Excused(**row)).tool == tool]


def unexpected(tool: str, found: Iterable[tuple[str, str, str]]) -> list[str]:
    """What is found beyond the exceptions, and exceptions that nothing needs.

    found: rule, `stack/Resource`, and what the tool says.
    """
    listed = exceptions(tool)
    used = set()
    rest = []
    for rule, place, said in found:
        fitting = [one for one in listed if one.rule == rule and fnmatchcase(place, one.of)]
        used.update(fitting)
        if not fitting:
            rest.append(f"{rule} {place}: {said}")
    return [*rest, *(f"nothing needs {one.rule} of {one.of}" for one in listed if one not in used)]
