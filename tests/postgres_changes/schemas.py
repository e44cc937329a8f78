"""The two schemas that the matrix changes: a shop's orders, and a house's bookings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from tests.postgres_changes.shapes import MISSING, Shape, Shapes
from trueup import Index
from trueup.ranges import Range
from trueup.relational import (
    Check,
    CountUpdates,
    Exclude,
    IndexColumn,
    References,
    SqlIndex,
    SqlObject,
    TouchOnUpdate,
    Transitions,
    Unique,
)

Short = Annotated[str, Field(max_length=50)]
Money = Annotated[Decimal, Field(max_digits=10, decimal_places=2, ge=0)]

PEOPLE = Shape(
    fields={
        "id": (UUID, MISSING),
        "name": (Short, MISSING),
        "email": (str, MISSING),
        "age": (int | None, None),
        "group": (str, "a"),
    },
    relational={
        "unique": [Unique("email")],
        "checks": [Check("people_grown", "age >= 0")],
        "indexes": [SqlIndex("people_name", ["name"])],
    },
    described={"": "Who buys", "name": "As people write it"},
)
ORDERS = Shape(
    fields={
        "id": (UUID, MISSING),
        "person": (UUID, MISSING),
        "number": (int | None, None),
        "status": (Literal["new", "paid", "sent"], "new"),
        "total": (Money | None, None),
        "weight": (int, 0),
        "tags": (list[str], []),
        "data": (dict[str, Any], {}),
        "note": (str | None, None),
        "double": (int | None, None),
        "made_at": (datetime | None, None),
        "updated_at": (datetime | None, None),
        "version": (int, 0),
    },
    indexes=(Index("orders_by_person", partition="person", sort="made_at"),),
    relational={
        "enums": {"status": "order_status"},
        "defaults": {"made_at": "now()", "updated_at": "now()"},
        "generated": {"double": "weight * 2"},
        "references": [References("person", "people", on_delete="cascade")],
        "checks": [Check("orders_light", "weight < 1000")],
        "indexes": [
            SqlIndex("orders_data", ["data"], method="gin"),
            SqlIndex("orders_paid", ["made_at"], where="total > 0"),
            SqlIndex("orders_newest", [IndexColumn("made_at", descending=True)]),
        ],
        "triggers": [TouchOnUpdate("updated_at")],
        "objects": [
            SqlObject(
                "view",
                "order_count",
                "CREATE OR REPLACE VIEW order_count AS SELECT count(*) AS orders FROM {orders}",
            )
        ],
    },
)
SHOP: Shapes = {"people": PEOPLE, "orders": ORDERS}

ROOMS = Shape(
    fields={
        "id": (str, MISSING),
        "house": (str, MISSING),
        "floor": (int, 0),
        "area": (float, 1.0),
        "number": (int | None, None),
    },
    relational={
        "unique": [Unique(("house", "number"))],
        "identity": ["number"],
        "types": {"floor": "integer"},
    },
)
BOOKINGS = Shape(
    fields={
        "id": (str, MISSING),
        "tenant": (str, MISSING),
        "room": (str, MISSING),
        "during": (Range[datetime], MISSING),
        "state": (Literal["asked", "held", "gone"], "asked"),
        "day": (date | None, None),
        "label": (str | None, None),
        "version": (int, 0),
        "changed_at": (datetime | None, None),
    },
    relational={
        "tenant": "tenant",
        "references": [References("room", "rooms", on_delete="restrict", deferred=True)],
        "exclusions": [
            Exclude({"tenant": "=", "room": "=", "during": "&&"}, name="bookings_apart")
        ],
        "defaults": {"changed_at": "now()"},
        "triggers": [
            CountUpdates("version"),
            Transitions("state", {"asked": ["held", "gone"], "held": ["gone"]}),
        ],
        "collations": {"label": "de-x-icu"},
        "indexes": [SqlIndex("bookings_label", [IndexColumn(expression="lower(label)")])],
    },
)
HOUSE: Shapes = {"rooms": ROOMS, "bookings": BOOKINGS}
