"""The diagram of a layer: of what its tables have."""

from __future__ import annotations

from ..documented import DocumentedLayer
from .entities import entity_diagram
from .overview import overview_diagram
from .values import Diagram


def diagram_of(layer: DocumentedLayer) -> Diagram:
    """The tables with their references if any table is relational; else with their indexes."""
    is_relational = any(one.table.relational for one in layer.tables)
    return entity_diagram(layer) if is_relational else overview_diagram(layer)
