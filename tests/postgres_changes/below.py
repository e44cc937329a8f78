"""Cases of columns that something reads: views, a policy, triggers, computed columns, an index."""

from __future__ import annotations

from collections.abc import Callable

from tests.postgres_changes.schemas import HOUSE, SHOP, Short
from tests.postgres_changes.shapes import Shape, Shapes
from trueup.relational import Check, Exclude, SqlIndex, SqlObject

Edit = Callable[[Shape], Shape]
Made = tuple[str, Shapes, Shapes, str, str, Edit | None]

HEAVY = SqlObject(
    "view",
    "heavy",
    "CREATE VIEW heavy WITH (security_barrier = on) AS SELECT id, weight FROM {orders} "
    "WHERE weight > 9",
)
HEAVIEST = SqlObject(
    "materialized view",
    "heaviest",
    "CREATE MATERIALIZED VIEW heaviest AS SELECT max(weight) AS most FROM heavy",
)
WATCH = SqlObject(
    "trigger",
    "orders_heavy",
    "CREATE OR REPLACE TRIGGER orders_heavy BEFORE UPDATE ON {orders} FOR EACH ROW "
    "WHEN (NEW.weight > 9) EXECUTE FUNCTION suppress_redundant_updates_trigger()",
)


def _made(base: Shapes, table: str, name: str, edit: Edit) -> Made:
    return name, base, {**base, table: edit(base[table])}, "", "", None


def _read(*objects: SqlObject) -> Shapes:
    """A shop in which something reads the weight of orders."""
    orders = SHOP["orders"]
    return {**SHOP, "orders": orders.set(objects=[*orders.relational["objects"], *objects])}


def _dense(shape: Shape) -> Shape:
    return shape.set(types={"weight": "integer"})


def _tripled(shape: Shape) -> Shape:
    return shape.set(generated={"double": "weight * 3"})


DOUBLES = SqlObject("view", "doubles", "CREATE VIEW doubles AS SELECT double FROM {orders}")


def _urgent(shape: Shape) -> Shape:
    """Everything that can read a column reads a new one."""
    return (
        shape.field("urgent", bool, False)
        .field("calm", bool | None, None)
        .also("generated", {"calm": "NOT urgent"})
        .also("indexes", SqlIndex("orders_urgent", ["made_at"], where="urgent"))
        .also(
            "objects",
            SqlObject("view", "urgent", "CREATE VIEW urgent AS SELECT id FROM {orders}"),
            SqlObject(
                "trigger",
                "orders_urgent",
                "CREATE OR REPLACE TRIGGER orders_urgent BEFORE UPDATE ON {orders} FOR EACH ROW "
                "WHEN (NEW.urgent) EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            ),
        )
    )


def _exact(shape: Shape) -> Shape:
    """The weight gets another type; the column that is computed from it is not declared."""
    return (
        shape.field("weight", float, 0.0)
        .without("double")
        .set(generated={}, checks=[Check("orders_light", "weight < 1000.5")])
    )


def _calm(shape: Shape) -> Shape:
    view = SqlObject("view", "urgent", "CREATE VIEW urgent AS SELECT id FROM {orders}")
    return shape.also("objects", view)


def _light(shape: Shape) -> Shape:
    """The view below the other reads less."""
    light = SqlObject("view", "heavy", "CREATE VIEW heavy AS SELECT weight FROM {orders}")
    return shape.set(objects=[*SHOP["orders"].relational["objects"], light, HEAVIEST])


def _of_nobody(shape: Shape) -> Shape:
    apart = Exclude({"room": "=", "during": "&&"}, name="bookings_apart")
    return shape.without("tenant").set(tenant="", exclusions=[apart])


_URGENT: Shapes = {**SHOP, "orders": _urgent(SHOP["orders"]).field("urgent", bool, False)}

_OF_HOUSES: Shapes = {**HOUSE, "rooms": HOUSE["rooms"].set(tenant="house", identity=[])}

BELOW: list[Made] = [
    _made(_read(HEAVY), "orders", "another type below a view", _dense),
    _made(_read(HEAVY, HEAVIEST), "orders", "another type below a view of a view", _dense),
    _made(_read(HEAVY, HEAVIEST), "orders", "another view below a view", _light),
    _made(_read(WATCH), "orders", "another type below a condition of a trigger", _dense),
    _made(_read(DOUBLES), "orders", "another expression below a view", _tripled),
    _made(_read(DOUBLES), "orders", "another type below a computed column of a view", _dense),
    _made(SHOP, "orders", "another type below a computed column, which is dropped", _exact),
    _made(
        SHOP,
        "orders",
        "another type below a computed column, which is one of values from then on",
        lambda shape: _dense(shape).set(generated={}),
    ),
    _made(
        SHOP,
        "orders",
        "another type below a computed column with a description",
        lambda shape: _dense(shape).describe("double", "Twice the weight"),
    ),
    _made(
        HOUSE,
        "bookings",
        "another type below a policy",
        lambda shape: shape.field("tenant", Short),
    ),
    _made(HOUSE, "bookings", "drop a column with its policy", _of_nobody),
    _made(
        _OF_HOUSES,
        "rooms",
        "numbers of a column below a policy",
        lambda shape: shape.set(identity=["number"]),
    ),
    (
        "drop a column with a trigger, a computed column and an index that read it",
        _URGENT,
        {**SHOP, "orders": _calm(SHOP["orders"])},
        "",
        "",
        None,
    ),
]
