"""The stack of a stage, as the configuration says it."""

from __future__ import annotations

from ..configuration.stage import StagedLayer
from .stack import stack_of
from .values import Stack


def staged_stack(staged: StagedLayer) -> Stack:
    """The stack of a layer on a stage. Raises the errors of `stack_of`."""
    stage = staged.stage
    return stack_of(
        staged.layer,
        staged.table_names,
        stage=stage.name,
        is_protected=stage.protect,
        name=stage.stack,
        exports=stage.exports,
        alarms=stage.alarms,
    )
