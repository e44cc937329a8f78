"""The tables of a stage, opened for plan and diff, which only read, and for apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ...configuration.stage import StagedLayer
from ...engines.open_tables import OpenTables, open_tables, open_tables_to_read
from ...lifecycle.inspection import Target
from ...lifecycle.schema_lock.file import with_lock
from ...lifecycle.state.records import Scope
from ...lifecycle.state.store import Store


@contextmanager
def open_target(staged: StagedLayer, only: Sequence[str] = ()) -> Iterator[Target]:
    """The tables, until the end of the block. only: logical names; empty for all."""
    with open_tables(staged.stage.url, staged.layer, table_names=staged.table_names) as opened:
        yield _target(opened, staged, only)


@contextmanager
def open_target_to_read(staged: StagedLayer, only: Sequence[str] = ()) -> Iterator[Target]:
    """The same for commands that change nothing, and so make no database either."""
    names = staged.table_names
    with open_tables_to_read(staged.stage.url, staged.layer, table_names=names) as opened:
        yield _target(opened, staged, only)


def _target(opened: OpenTables, staged: StagedLayer, only: Sequence[str]) -> Target:
    stage = staged.stage
    opened = with_lock(opened, stage.lock)
    store = Store(opened, stage.state_table)
    scope = Scope(staged.layer.name, stage.name, stage.protect)
    return Target(opened, store, scope, frozenset(only))
