"""Options that several commands have, as one typed value: a parameter `common: Common`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from inspect import Parameter, signature
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..configuration import StageOptions

JsonOption = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]

_NAMED = re.compile(
    r"\btrueup (?:diff|plan|apply|verify|adopt|seed|query|doctor|migrate(?: [a-z]+)?)\b"
)
"""A command with these options, as a text names it."""
_PYTHON = " or db.create_tables()"
"""What a text says besides, for those who call the library."""


# The standard decorator: the fields are options with defaults, and `signature` reads them.
@dataclass(frozen=True)
class Common:
    """The options that choose a stage, and the form of the output."""

    stage: Annotated[str, typer.Option("--stage", help="The stage: dev, beta.")] = ""
    layer: Annotated[str, typer.Option("--layer", help="The layer: app.tables:layer.")] = ""
    url: Annotated[str, typer.Option("--url", help="The database, in place of the stage's.")] = ""
    region: Annotated[str, typer.Option("--region", help="The region, if no URL has it.")] = ""
    names: Annotated[str, typer.Option("--names", help="Physical names: beta-{table}.")] = ""
    state_table: Annotated[
        str, typer.Option("--state-table", help="The table with Trueup's own state.")
    ] = ""
    json: JsonOption = False

    @property
    def stage_options(self) -> StageOptions:
        """What `load_stage` and `find_stage` take."""
        from ..configuration import StageOptions

        return StageOptions(
            self.stage, self.layer, self.url, self.region, self.names, self.state_table
        )

    def named(self, text: str) -> str:
        """A text whose commands have the options that were given here, for the same target.

        What it says for those who write Python is left out.
        """
        given = {one.name: getattr(self, one.name) for one in fields(self.stage_options)}
        options = [
            f" --{name.replace('_', '-')} {quote(value)}" for name, value in given.items() if value
        ]
        text = text.replace(_PYTHON, "")
        return _NAMED.sub(lambda found: found[0] + "".join(options), text)


def expanded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as typer takes it: each parameter that is a dataclass becomes its fields."""
    parameters = signature(function, eval_str=True).parameters
    bundles = {
        name: parameter.annotation
        for name, parameter in parameters.items()
        if is_dataclass(parameter.annotation)
    }

    @wraps(function)
    def call(**given: Any) -> Any:
        from ..errors import TrueupError

        made = {name: _taken(bundle, given) for name, bundle in bundles.items()}
        try:
            return function(**given, **made)
        except TrueupError as error:
            for bundle in made.values():
                error.fix = bundle.named(error.fix) if isinstance(bundle, Common) else error.fix
            raise

    flat = list(_flattened(parameters, bundles))
    # typer reads both: the order and defaults here, the types there.
    vars(call)["__signature__"] = signature(function).replace(parameters=flat)
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in flat}
    return call


def _flattened(
    parameters: Mapping[str, Parameter], bundles: Mapping[str, Any]
) -> Iterator[Parameter]:
    for name, parameter in parameters.items():
        inner = (
            signature(bundles[name], eval_str=True).parameters.values()
            if name in bundles
            else [parameter]
        )
        yield from (one.replace(kind=Parameter.KEYWORD_ONLY) for one in inner)


def _taken(bundle: Any, given: dict[str, Any]) -> Any:
    """The bundle, made of its fields, which are taken out of `given`."""
    return bundle(**{name: given.pop(name) for name in signature(bundle).parameters})
