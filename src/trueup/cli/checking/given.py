"""What is given for the parameters of templates, `--parameter NAME=VALUE`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..._kinds import misspelt
from ...errors import ErrorCode, InvalidCall, Place
from ...templates.template import Template


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


def check_parameters(given: Mapping[str, str], templates: Sequence[Template]) -> None:
    """Refuse misspelt parameters. For CloudFormation, a name with other characters may be that of
    an export, or a pseudo parameter.

    Raises InvalidCall (invalid-option).
    """
    known = [name for template in templates for name in template.parameters]
    has_exports = any(not template.form.startswith("terraform") for template in templates)
    for name in given:
        may_be_export = has_exports and not name.isalnum()
        if name not in known and not may_be_export and not name.startswith("AWS::"):
            raise InvalidCall(
                f"no template has a parameter {name!r}; {misspelt(name, known, 'parameters')}",
                where=Place(note="--parameter"),
                fix="name parameters as the template declares them",
                code=ErrorCode.INVALID_OPTION,
            )
