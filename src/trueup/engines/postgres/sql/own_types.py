"""Ranges and geometries in SQL of the caller's own: as parameters, and in results.

Both go as text, whose type the server finds by its place. A result has the range that psycopg makes
of it, and the text of a geometry, whose type has another number in each database.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from ....model.translation.encode import encode_anything
from ..values.column_types import GEOMETRIES, RANGES
from ..values.geometries import from_wkb, to_text
from ..values.ranges import range_text

OIDS = frozenset({3904, 3906, 3908, 3910, 3912, 3926})
"""int4range, numrange, tsrange, tstzrange, daterange, int8range.
Source: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat"""

_WKB = re.compile(r"0[01](?:[0-9A-Fa-f]{2}){8,}")
_WITH_COORDINATES = 0x20000000
_WGS84 = 4326
_COORDINATES_END = 9


def text_of(model: BaseModel) -> str | None:
    """The text of a range or a geometry as a parameter; None for any other model."""
    plain: Any = None
    modules = {base.__module__ for base in type(model).__mro__}
    if not modules.isdisjoint((GEOMETRIES, RANGES)):
        plain = encode_anything(model)
    if GEOMETRIES in modules:
        return to_text(plain)
    return range_text(plain) if RANGES in modules else None


def read_range(value: Any, read_end: Callable[[Any], Any]) -> Any:
    """What a model of a range is made of. Raises ValueError if models have no such range."""
    if isinstance(value, str):
        return value  # of times that Python has not
    is_half_open = (value.lower_inc or value.lower_inf) and not value.upper_inc
    if value.isempty or not is_half_open:
        raise ValueError("a range that is empty, or is not open at its upper end alone")
    ends = {"lower": value.lower, "upper": value.upper}
    return {name: read_end(end) for name, end in ends.items() if end is not None}


def is_geometry(text: str) -> bool:
    """Whether a text is that of a geometry, in hexadecimal digits: no JSON looks like it."""
    return _WKB.fullmatch(text) is not None


def read_geometry(text: str) -> dict[str, Any]:
    """The plain value of a geometry's text.

    Raises ValueError for other coordinates than WGS 84, and NeedsOperator (unreadable-item) for a
    geometry that models do not have.
    Source: https://postgis.net/docs/using_postgis_dbmanagement.html#OpenGISWKBWKT
    """
    data = bytes.fromhex(text)
    order = "<" if data[0] else ">"
    (number,) = struct.unpack_from(f"{order}I", data, 1)
    if not number & _WITH_COORDINATES:
        return from_wkb(data)
    (coordinates,) = struct.unpack_from(f"{order}I", data, 5)
    if coordinates != _WGS84:
        raise ValueError("a geometry with other coordinates than WGS 84")
    head = struct.pack(f"{order}BI", data[0], number & ~_WITH_COORDINATES)
    return from_wkb(head + data[_COORDINATES_END:])
