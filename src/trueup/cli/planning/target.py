"""The tables of a stage, opened for plan, diff and apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ...configuration.stage import StagedLayer
from ...engines.open_tables import open_tables
from ...lifecycle.inspection import Target
from ...lifecycle.state.records import Scope
from ...lifecycle.state.store import Store


@contextmanager
def open_target(staged: StagedLayer, only: Sequence[str] = ()) -> Iterator[Target]:
    """The tables, until the end of the block. only: logical names; empty for all."""
    stage = staged.stage
    with open_tables(stage.url, staged.layer, table_names=staged.table_names) as opened:
        store = Store(opened, stage.state_table)
        scope = Scope(staged.layer.name, stage.name)
        yield Target(opened, store, scope, stage.protect, frozenset(only))
