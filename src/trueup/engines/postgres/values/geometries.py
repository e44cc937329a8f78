"""Geometries between plain values, as `trueup.geo` makes them, and PostGIS's columns.

They travel as WKB, which holds each coordinate as the double that it is: texts would round them.
To the server it goes in hexadecimal digits with the number of the coordinates (EWKB), which is the
text form of a geometry, so that COPY takes it too.

Sources:
    https://postgis.net/docs/using_postgis_dbmanagement.html#OpenGISWKBWKT
    https://postgis.net/docs/using_postgis_dbmanagement.html#PostGIS_Geography
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from ....errors import ErrorCode, InvalidCall, NeedsOperator, Place, UnsupportedByEngine
from ....expressions.values import exact_number
from .types import ColumnType, Form, Translation

_KINDS = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
)
"""Their numbers in WKB are their places, from 1."""
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS, start=1)}
_LEVELS = {"MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""Lists around each position. A multiple of something holds whole geometries, one level less."""
_PARTS = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
_WITH_COORDINATES = 0x20000000
_HEAD_BYTES = struct.calcsize("<BI")
_NAME = re.compile(r"(geography|geometry)\((\w+),4326\)")


def geometry_type(kinds: Sequence[str], name: str = "") -> ColumnType:
    """The type of a column for geometries of these kinds.

    name: as the declaration names it; empty for a geography.
    Raises UnsupportedByEngine for a name of other coordinates than longitudes and latitudes.
    """
    held = kinds[0] if len(kinds) == 1 else "Geometry"
    name = name or f"geography({held},4326)"
    if not _NAME.fullmatch(name):
        raise UnsupportedByEngine(
            f"a geometry is stored as geography or geometry, not as {name}",
            where=Place("postgres"),
            fix='name the type as PostgreSQL prints it: "geometry(Point,4326)"',
        )
    return ColumnType(
        Form.OTHER,
        name,
        write=f"{{}}::text::{name}",
        read="ST_AsBinary({})",
        translation=Translation(to_text, from_wkb),
    )


def to_text(value: Any) -> str | None:
    """The text form of a plain value; None if it is no geometry."""
    match value:
        case {"longitude": x, "latitude": y, **others} if not others:
            kind, coordinates = "Point", [x, y]
        case {"type": str(kind), "coordinates": list(coordinates), **others} if not others:
            if kind not in _LEVELS:
                return None
        case _:
            return None
    try:
        wkb = _written(kind, coordinates)
    except (TypeError, ValueError, OverflowError):
        return None
    head = struct.pack("<BII", 1, _NUMBERS[kind] | _WITH_COORDINATES, 4326)
    return (head + wkb[_HEAD_BYTES:]).hex()


def _written(kind: str, coordinates: Any) -> bytes:
    head = struct.pack("<BI", 1, _NUMBERS[kind])
    if kind in _PARTS:
        parts = [_written(_PARTS[kind], part) for part in coordinates]
        return head + struct.pack("<I", len(parts)) + b"".join(parts)
    return head + _lists(_LEVELS.get(kind, 0), coordinates)


def _lists(levels: int, coordinates: Any) -> bytes:
    if levels == 0:
        x, y = coordinates
        return struct.pack("<dd", _double(x, 180), _double(y, 90))
    parts = [_lists(levels - 1, part) for part in coordinates]
    return struct.pack("<I", len(parts)) + b"".join(parts)


def _double(number: Any, most: int) -> float:
    """The double of a plain number. Raises ValueError if there is no such one, or if it is farther
    from 0: the server would move it to the other side of the earth."""
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise TypeError("a coordinate is a number")
    double = float(number)
    if abs(double) > most or exact_number(double) != number:
        raise ValueError("a coordinate is no double")
    return double


def from_wkb(data: bytes) -> dict[str, Any]:
    """The plain value of a WKB.

    Raises NeedsOperator (unreadable-item) if it is none that `trueup.geo` has.
    """
    try:
        return _read(memoryview(data))
    except (struct.error, IndexError, InvalidCall):
        pass  # what is wrong holds the data
    raise NeedsOperator(
        "a stored geometry has a form, a dimension or a coordinate that models do not have",
        where=Place("postgres"),
        fix="look at it with ST_AsText, and replace it by a geometry with two dimensions",
        code=ErrorCode.UNREADABLE_ITEM,
    )


def _read(data: memoryview) -> dict[str, Any]:
    kind, coordinates, _ = _whole(data, 0)
    if kind == "Point":
        return {"longitude": coordinates[0], "latitude": coordinates[1]}
    return {"type": kind, "coordinates": coordinates}


def _whole(data: memoryview, at: int) -> tuple[str, Any, int]:
    """Kind and coordinates of the geometry at a place, and where it ends."""
    order = "<" if data[at] else ">"
    (number,) = struct.unpack_from(f"{order}I", data, at + 1)
    kind = dict(enumerate(_KINDS, start=1)).get(number, "")
    if not kind:
        raise IndexError("another kind of geometry")

    def position(at: int) -> tuple[Any, int]:
        x, y = struct.unpack_from(f"{order}dd", data, at)
        return [exact_number(x), exact_number(y)], at + 16

    def part(at: int) -> tuple[Any, int]:
        _, coordinates, end = _whole(data, at)
        return coordinates, end

    one = part if kind in _PARTS else position
    levels = 1 if kind in _PARTS else _LEVELS.get(kind, 0)
    coordinates, end = _list(data, at + 5, levels, order, one)
    return kind, coordinates, end


def _list(
    data: memoryview, at: int, levels: int, order: str, one: Callable[[int], tuple[Any, int]]
) -> tuple[Any, int]:
    """Nested lists of what `one` reads, and where they end."""
    if levels == 0:
        return one(at)
    (count,) = struct.unpack_from(f"{order}I", data, at)
    at += 4
    found = []
    for _ in range(count):
        inner, at = _list(data, at, levels - 1, order, one)
        found.append(inner)
    return found, at
