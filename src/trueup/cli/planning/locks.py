"""The options that name the lock file of a schema, or leave it aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from ...configuration.stage import StagedLayer
from ...errors import ErrorCode, InvalidCall, Place


# The standard decorator: see `options.py`.
@dataclass(frozen=True)
class LockOptions:
    """What relational tables are compared with."""

    lock: Annotated[
        Path | None,
        typer.Option("--lock", help="The lock file of the schema, in place of the stage's."),
    ] = None
    no_lock: Annotated[
        bool,
        typer.Option("--no-lock", help="Read no lock file: make the tables to compare, undone."),
    ] = False

    def of(self, staged: StagedLayer) -> StagedLayer:
        """The stage with the lock file that is meant. Raises InvalidCall (usage)."""
        if self.lock is None and not self.no_lock:
            return staged
        if self.lock is not None and self.no_lock:
            raise InvalidCall(
                "a lock file is named, and none is to be read",
                where=Place(note="--lock, --no-lock"),
                fix="leave one of them out",
                code=ErrorCode.USAGE,
            )
        return replace(staged, stage=replace(staged.stage, lock=self.lock))
