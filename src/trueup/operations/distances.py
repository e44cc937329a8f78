"""The refusal of engines that know no distances."""

from __future__ import annotations

from ..errors import Place, UnsupportedByEngine
from ..model.description.tables import TableDescription
from .engine import Rules


def no_distances(rules: Rules, table: TableDescription) -> UnsupportedByEngine:
    """The error for what is asked in order of distance."""
    return UnsupportedByEngine(
        f"{rules.whose} reads nothing in order of distance",
        where=Place(rules.engine, table=table.name),
        fix="keep what is searched by distance in PostgreSQL",
    )
