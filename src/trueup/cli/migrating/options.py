"""The actions of `trueup migrate`, and their options."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from ...errors import ErrorCode, InvalidCall, Place
from ...migrations.repair import Decision
from ...migrations.runner import WAIT_S


class Action(StrEnum):
    """What `trueup migrate` does."""

    NEW = "new"
    STATUS = "status"
    VERIFY = "verify"
    UP = "up"
    DOWN = "down"
    REPAIR = "repair"
    REBASE = "rebase"
    BASELINE = "baseline"
    SQUASH = "squash"


# The standard decorator: the fields are options with defaults, and `signature` reads them.
@dataclass(frozen=True)
class MigrateOptions:
    """The options of the actions."""

    to: Annotated[
        int | None, typer.Option("--to", metavar="VERSION", help="up, down: the last that stays.")
    ] = None
    unproved: Annotated[
        bool, typer.Option("--unproved", help="up, down, baseline: without a proof.")
    ] = False
    allow_data_loss: Annotated[
        bool, typer.Option("--allow-data-loss", help="up, down: lose what the proof says.")
    ] = False
    out_of_order: Annotated[
        bool, typer.Option("--out-of-order", help="up: also files before the last.")
    ] = False
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", help="The longest wait for the lock.")
    ] = WAIT_S
    shadow_url: Annotated[
        str,
        typer.Option("--shadow-url", metavar="URL", help="verify, squash: an empty PostgreSQL."),
    ] = ""
    every: Annotated[bool, typer.Option("--all", help="verify: prove what is proved, too.")] = False
    from_plan: Annotated[
        bool, typer.Option("--from-plan", help="new: the SQL of trueup plan, and its proof.")
    ] = False
    accept: Annotated[
        bool, typer.Option("--accept", help="repair: the file as it is now is what ran.")
    ] = False
    forget: Annotated[bool, typer.Option("--forget", help="repair: the file is gone for good.")] = (
        False
    )
    done: Annotated[
        bool, typer.Option("--done", help="repair: the statement in doubt has run.")
    ] = False
    again: Annotated[
        bool, typer.Option("--again", help="repair: the statement in doubt runs again.")
    ] = False

    @property
    def decision(self) -> Decision | None:
        """What repair is told. Raises InvalidCall for several."""
        given = {
            Decision.ACCEPT: self.accept,
            Decision.FORGET: self.forget,
            Decision.DONE: self.done,
            Decision.AGAIN: self.again,
        }
        chosen = [decision for decision, is_given in given.items() if is_given]
        if len(chosen) > 1:
            raise usage("repair takes one of --accept, --forget, --done and --again", "choose one")
        return chosen[0] if chosen else None


def usage(what: str, fix: str) -> InvalidCall:
    """The error for a call that says too little, or too much."""
    return InvalidCall(
        f"{what}; nothing was changed",
        where=Place(note="trueup migrate"),
        fix=fix,
        code=ErrorCode.USAGE,
    )
