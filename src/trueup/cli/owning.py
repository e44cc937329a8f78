"""trueup adopt --own: the declared tables that are there become the layer's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from .._visible import visible
from ..configuration import load_stage
from ..lifecycle.adopt.owning import Candidate, candidates, take_over
from ..lifecycle.inspection import inspect
from ..lifecycle.state.records import Scope
from .confirm import confirm
from .exit_codes import ExitCode
from .options import Common
from .output import Output
from .planning.target import open_target
from .wording import broken, counted


# The standard decorator: the fields are options with defaults, and `signature` reads them.
@dataclass(frozen=True)
class Owning:
    """The options that take tables over."""

    own: Annotated[
        bool, typer.Option("--own", help="Record that declared tables are this layer's.")
    ] = False
    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", help="With --own: ask nobody.")
    ] = False


def own_tables(
    common: Common, owning: Owning, only: Sequence[str], output: Output
) -> tuple[list[str], ExitCode]:
    """Record the declared tables that are there as the layer's, after showing whose they are.

    Returns the physical names of those that were not owned before.
    """
    staged = load_stage(common.stage_options)
    with open_target(staged, only) as target:
        found = [one for one in candidates(inspect(target)) if not one.is_ours]
        for line in _text(found, output.width):
            output.print(line)
        usable = [one for one in found if not one.problem]
        if usable and not owning.auto_approve:
            answer = staged.stage.name if staged.stage.protect else "yes"
            question = f"Own {counted(len(usable), 'table')}?"
            confirm(question, answer=answer, allowed_by="--auto-approve")
        agreed = [] if owning.auto_approve else _agreed(usable)
        names = [one.name for one in usable]
        taken = take_over(target, names, agreed=agreed) if usable else []
    if taken:
        output.print(f"✓ {counted(len(taken), 'table')} owned by {target.scope} now.")
    code = ExitCode.DONE if len(usable) == len(found) else ExitCode.PARTIAL
    return [one.name for one in taken], code


def _agreed(usable: Sequence[Candidate]) -> list[Scope]:
    """The protected stages whose tables these are; a person has typed the name of each."""
    scopes = list(dict.fromkeys(one.protected_by for one in usable if one.protected_by))
    for scope in scopes:
        number = sum(one.protected_by == scope for one in usable)
        confirm(
            f"Take {counted(number, 'table')} from the {scope}, which is protected?",
            answer=scope.stage,
            allowed_by="a terminal",
        )
    return scopes


def _text(found: list[Candidate], width: int) -> Iterator[str]:
    """What is said before tables are owned: whose each is, and what apply would change then."""
    if not found:
        yield "✓ Every declared table that is there is owned already."
    for one in found:
        whose = visible(one.owner) or "nobody says that it is theirs"
        told = one.problem or f"{whose}; {counted(len(one.differences), 'difference')}"
        yield broken(f"{'✗' if one.problem else '+'} {one.name}: {told}", 0, width)
        for difference in one.differences:
            yield broken(f"  {difference}", 0, width)
