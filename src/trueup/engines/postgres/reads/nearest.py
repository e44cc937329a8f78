"""What is nearest to a point: the operator `<->` finds it on a sphere, by an index, and distances
on the spheroid then order it.

Source: https://postgis.net/docs/geometry_distance_knn.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ....errors import UnsupportedByEngine
from ....operations.actions import Nearest, Neighbour
from ....operations.operation import Request, unchanged
from ..payload import Single
from ..values.column_types import is_geometry
from ..values.geometries import to_text
from ..values.names import quote
from .conditions import in_sql
from .decoder import ItemDecoder
from .fragments import column_at
from .pages import PageQuery
from .relations import geography

_MORE_THAN_SPHERE = "1.01"
"""No distance on the spheroid differs from that on the sphere by as much: the radii of curvature
are 6,336 to 6,400 km, and the sphere's is 6,371 km.
Source: https://en.wikipedia.org/wiki/Earth_radius#Radii_of_curvature"""


def nearest_request(decoder: ItemDecoder, action: Nearest) -> Request[list[Neighbour[Any]]]:
    """The request for the nearest rows. Raises UnsupportedByEngine if PostGIS cannot decide it."""
    payload = _select(decoder, action)

    def decode(rows: list[tuple[Any, ...]]) -> list[Neighbour[Any]]:
        models = decoder.models([row[:-1] for row in rows])
        return [Neighbour(model, row[-1]) for model, row in zip(models, rows, strict=True)]

    return Request("Nearest", action.of.table.name, payload, decode, after_loss=unchanged)


def _select(decoder: ItemDecoder, action: Nearest) -> Single:
    sql, of = decoder.sql, action.of
    column, point = column_at(sql, action.path), to_text(action.centre)
    is_decided = of.filter is None or in_sql(sql, of.filter) is not None
    if column is None or not is_geometry(column.type) or point is None or not is_decided:
        raise UnsupportedByEngine(
            "what is nearest is decided by PostGIS alone, which cannot decide this",
            where=replace(sql.where, attribute=str(action.path)),
            fix="declare the attribute as a geometry of trueup.geo in a table with relational=, "
            "ask for what is nearest to a Point, and filter by whole attributes of plain types",
        )
    conditions, parameters = PageQuery(decoder, of).conditions()
    place = geography(column)
    centre = f"${len(parameters) + 1}::text::geography"
    where = " AND ".join([*conditions, f"{place} IS NOT NULL"])
    near = f"{place} <-> {centre}"
    farthest = f"""(SELECT max(metres) FROM (SELECT {near} AS metres FROM {sql.quoted}
WHERE {where} ORDER BY {near} LIMIT {action.limit:d}) AS nearest)"""
    metres = f"ST_Distance({place}, {centre})"
    key = ", ".join(quote(one.name) for one in sql.key)
    text = f"""SELECT {decoder.selected}, {metres} FROM {sql.quoted}
WHERE {where} AND ST_DWithin({place}, {centre}, {farthest} * {_MORE_THAN_SPHERE} + 1)
ORDER BY {metres}, {key} LIMIT {action.limit:d}"""
    return Single(text, (*parameters, point))
