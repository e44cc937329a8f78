"""The lock file of a schema: what a server makes of the declared tables."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from ...configuration.stage import StagedLayer
from ...engines.open_tables import OpenTables, open_tables_to_read, unopened_layer
from ...errors import Place, UnsupportedByEngine
from ...lifecycle.generated import Generated
from ...lifecycle.schema_lock.file import checked_lock, lock_file
from ...model.declarations.layer import Layer
from ...schema.engine import SchemaEngine
from ...schema.made import Made, MakingEngine

_TABLE_S = 1.0


def made_lock(staged: StagedLayer, path: Path, *, is_check: bool) -> Generated:
    """The file, as it is and as it is to be. is_check: whether only its fingerprints are compared,
    for which no server is needed.

    Raises UnsupportedByEngine for a layer without relational tables.
    """
    url, names = staged.stage.url, staged.table_names
    if is_check:
        engine = unopened_layer(url, staged.layer, table_names=names).engine
        _making(engine, staged.layer)
        return checked_lock(engine, path)
    with open_tables_to_read(url, staged.layer, table_names=names) as opened:
        return lock_file(staged.layer.name, opened.open_layer.engine, _made(opened), path)


def _made(opened: OpenTables) -> Made:
    layer, runner = opened.open_layer.layer, opened.runner
    operation = _making(opened.open_layer.engine, layer).make()
    deadline_s = monotonic() + runner.timeout_s + _TABLE_S * len(layer.tables)
    return runner.run_until(deadline_s, operation, "make")


def _making(engine: SchemaEngine, layer: Layer) -> MakingEngine:
    if isinstance(engine, MakingEngine) and engine.declaration:
        return engine
    raise UnsupportedByEngine(
        f"the layer {layer.name!r} has no relational tables, on this engine",
        where=Place(note=layer.declared_at),
        fix="generate the lock file of a layer with tables that have relational=, on PostgreSQL",
    )
