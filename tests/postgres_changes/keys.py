"""Cases of keys of tables: other columns, other types, and what refers to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from tests.postgres_changes.schemas import HOUSE, SHOP
from tests.postgres_changes.shapes import MISSING, Shape, Shapes
from trueup.relational import References, Unique

Edit = Callable[[Shape], Shape]
Made = tuple[str, Shapes, Shapes, str, str, Edit | None]


def _made(base: Shapes, name: str, edits: Mapping[str, Edit]) -> Made:
    """A change of some tables."""
    after = {
        table: edits[table](shape) if table in edits else shape for table, shape in base.items()
    }
    return name, base, after, "", "", None


def _by_email(people: Shape) -> Shape:
    return people.by("email").set(unique=[Unique("id")])


def _by_id(orders: Shape) -> Shape:
    return orders.set(references=[References("person", "people", to="id", on_delete="cascade")])


_BY_NUMBER: Shapes = {**SHOP, "orders": SHOP["orders"].field("number", int, MISSING).by("number")}


TABLE_KEYS: list[Made] = [
    _made(SHOP, "another key", {"orders": lambda t: t.field("number", int, MISSING).by("number")}),
    _made(HOUSE, "a key of two columns", {"bookings": lambda t: t.by("tenant", "id")}),
    _made(
        SHOP, "another key of a table that is referred to", {"people": _by_email, "orders": _by_id}
    ),
    _made(
        SHOP,
        "a reference to another key",
        {
            "people": lambda t: t.by("email").set(unique=[]),
            "orders": lambda t: t.field("person", str, MISSING),
        },
    ),
    _made(
        _BY_NUMBER,
        "another key, and another type of the former one, which may be empty from then on",
        {
            "orders": lambda t: (
                t.by("id").field("number", int | None, None).set(types={"number": "integer"})
            )
        },
    ),
    _made(SHOP, "another type of a key", {"orders": lambda t: t.field("id", str, MISSING)}),
    _made(
        HOUSE,
        "another type of a key, and of what refers to it",
        {
            "rooms": lambda t: t.field("id", UUID, MISSING),
            "bookings": lambda t: t.field("room", UUID, MISSING),
        },
    ),
]
