"""Open a stage as applications do: with the tables, the database and the names it is set to."""

from __future__ import annotations

from ..engines.connect import connect, connect_async
from ..engines.opening import Opening
from ..repository.database import TIMEOUT_S, Database
from .stage import StagedLayer, load_stage
from .variables import StageOptions


def open_stage(stage: str = "", *, timeout_s: float = TIMEOUT_S) -> Database:
    """Open the layer of a stage on its database, for callers that block.

    stage: a name of [tool.trueup.stages]; empty for the one that TRUEUP_STAGE or the file names.
    timeout_s: time for each call.

    Raises ConfigurationError, Blocked, and what `connect` raises.
    """
    return connect_stage(load_stage(StageOptions(stage)), timeout_s=timeout_s)


def open_stage_async(stage: str = "", *, timeout_s: float = TIMEOUT_S) -> Opening:
    """Open the layer of a stage on its database, for asyncio; see `open_stage`, `connect_async`."""
    staged = load_stage(StageOptions(stage))
    return connect_async(
        staged.stage.url, staged.layer, timeout_s=timeout_s, table_names=staged.table_names
    )


def connect_stage(staged: StagedLayer, *, timeout_s: float = TIMEOUT_S) -> Database:
    """Open a stage that is loaded, for callers that block."""
    return connect(
        staged.stage.url, staged.layer, timeout_s=timeout_s, table_names=staged.table_names
    )
