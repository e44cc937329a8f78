"""What is given for the parameters of templates, `--parameter NAME=VALUE`."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import ErrorCode, InvalidCall, Place


def parameter_values(given: Iterable[str]) -> dict[str, str]:
    """Values by the names of parameters. Raises InvalidCall (usage) for a text without `=`."""
    return pairs(given, "--parameter Stage=beta")


def pairs(given: Iterable[str], example: str) -> dict[str, str]:
    """Texts of the form NAME=VALUE, by name. example: how the option is given.

    Raises InvalidCall (usage) for a text without `=`.
    """
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not name or not equals:
            raise InvalidCall(
                f"{one!r} is no name with its value",
                where=Place(note=example.partition(" ")[0]),
                fix=f"write it as {example}",
                code=ErrorCode.USAGE,
            )
        found[name] = value
    return found
