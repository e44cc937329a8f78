"""The TRUEUP_* variables: each says in the environment what an option says on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches

from .._dataclass import dataclass
from ..errors import ConfigurationError, Place

PREFIX = "TRUEUP_"


@dataclass(frozen=True, slots=True)
class StageOptions:
    """Options that choose a stage, or go before its settings. Empty text: not given.

    stage: its name. layer: `module:attribute`. url: of its database. region: of its requests.
    names: the pattern of physical names. state_table: the name of the table with its state.
    """

    stage: str = ""
    layer: str = ""
    url: str = ""
    region: str = ""
    names: str = ""
    state_table: str = ""


NO_OPTIONS = StageOptions()

VARIABLES = {PREFIX + field.name.upper(): field.name for field in fields(StageOptions)}
"""The variables, with the options that go before them."""


def with_variables(options: StageOptions, environ: Mapping[str, str]) -> StageOptions:
    """The options, and for those that are not given the variables of the environment.

    Raises ConfigurationError for a variable that is none, and nearly one, or that is empty.
    """
    _refuse_misspelt(environ)
    _refuse_empty(environ)
    return StageOptions(
        **{
            option: getattr(options, option) or environ.get(variable, "")
            for variable, option in VARIABLES.items()
        }
    )


def _refuse_empty(environ: Mapping[str, str]) -> None:
    """An empty variable was meant to choose something, and nobody knows what."""
    empty = [variable for variable in VARIABLES if environ.get(variable) == ""]
    if empty:
        raise ConfigurationError(
            f"{' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} set and empty",
            where=Place(note="environment"),
            fix=f"set it to what is meant, or unset {' '.join(empty)}",
        )


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    problems = [
        f"{name}: there is no such variable; did you mean {near[0]}?"
        for name in sorted(environ)
        if name.startswith(PREFIX) and name not in VARIABLES
        if (near := get_close_matches(name, VARIABLES, 1, cutoff=0.85))
    ]
    if problems:
        raise ConfigurationError(
            "a variable is misspelt\n  " + "\n  ".join(problems),
            where=Place(note="environment"),
            fix="correct the name, or unset the variable",
            problems=problems,
        )
