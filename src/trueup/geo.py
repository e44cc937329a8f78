"""Places on the earth: points and other geometries by longitude and latitude, as values of fields.

A field of such a type is a column of PostGIS in a relational table on PostgreSQL, and a map
everywhere else. Coordinates are those of WGS 84, in degrees, longitude first as in GeoJSON.

Sources:
    https://epsg.io/4326
    https://datatracker.ietf.org/doc/html/rfc7946#section-3.1
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
"""Degrees east of Greenwich."""
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
"""Degrees north of the equator."""
Position: TypeAlias = tuple[Longitude, Latitude]


def _closed(ring: tuple[Position, ...]) -> tuple[Position, ...]:
    if ring[0] != ring[-1]:
        raise ValueError("a ring ends with the position that it begins with")
    return ring


_LINE = ((0.0, 51.0), (1.0, 51.0))
_RING = (*_LINE, (1.0, 52.0), _LINE[0])
Line = Annotated[tuple[Position, ...], Field(min_length=2)]
Ring = Annotated[tuple[Position, ...], Field(min_length=4), AfterValidator(_closed)]
"""A closed line. The first of a polygon is its edge, the others are holes."""
Rings = Annotated[tuple[Ring, ...], Field(min_length=1)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Shape):
    """A place: `Point(longitude=-0.1276, latitude=51.5072)`."""

    longitude: Longitude
    latitude: Latitude


class MultiPoint(_Shape):
    """Several places."""

    type: Literal["MultiPoint"] = "MultiPoint"
    coordinates: Annotated[tuple[Position, ...], Field(min_length=1, examples=[_LINE])]


class LineString(_Shape):
    """A line through positions: `LineString(coordinates=((0, 51), (1, 52)))`."""

    type: Literal["LineString"] = "LineString"
    coordinates: Annotated[Line, Field(examples=[_LINE])]


class MultiLineString(_Shape):
    """Several lines."""

    type: Literal["MultiLineString"] = "MultiLineString"
    coordinates: Annotated[tuple[Line, ...], Field(min_length=1, examples=[(_LINE,)])]


class Polygon(_Shape):
    """An area: its edge, then its holes, each a closed line of at least four positions."""

    type: Literal["Polygon"] = "Polygon"
    coordinates: Annotated[Rings, Field(examples=[(_RING,)])]


class MultiPolygon(_Shape):
    """Several areas."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: Annotated[tuple[Rings, ...], Field(min_length=1, examples=[((_RING,),)])]


Geometry: TypeAlias = Point | MultiPoint | LineString | MultiLineString | Polygon | MultiPolygon
"""Any geometry; the type of a field that holds several kinds."""

__all__ = [
    "Geometry",
    "LineString",
    "MultiLineString",
    "MultiPoint",
    "MultiPolygon",
    "Point",
    "Polygon",
]
