"""Cases of labels of enum types: more of them, fewer, and another order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import Shape, Shapes
from trueup.relational import Check, IndexColumn, SqlIndex, SqlObject

Edit = Callable[[Shape], Shape]
Made = tuple[str, Shapes, Shapes, str, str, Edit | None]


def labels(*some: str) -> Edit:
    """Orders with these labels of their status; the first is the default."""
    return lambda shape: shape.field("status", Literal[some], some[0])


def _orders(name: str, edit: Edit, base: Shapes = SHOP) -> Made:
    return name, base, {**base, "orders": edit(base["orders"])}, "", "orders", edit


def _back(shape: Shape) -> Shape:
    back = shape.field("status", Literal["new", "paid", "sent", "back"] | None, None)
    return back.also("defaults", {"status": "'back'"})


def _said_everywhere(shape: Shape) -> Shape:
    """Everything that can name an enum type names that of the status."""
    return (
        shape.field("past", list[str], [])
        .set(types={"past": "order_status[]"})
        .also("defaults", {"past": "'{new}'::order_status[]"})
        .field("is_new", bool | None, None)
        .also("generated", {"is_new": "status = 'new'::order_status"})
        .also(
            "checks",
            Check("orders_paid_for", "status <> 'sent'::order_status OR total > 0"),
            Check("orders_began", "past[1] = 'new'::order_status"),
        )
        .also(
            "indexes",
            SqlIndex("orders_open", ["made_at"], where="status < 'sent'::order_status"),
            SqlIndex("orders_status", ["status"]),
            SqlIndex("orders_said", [IndexColumn(expression="(status = 'new'::order_status)")]),
        )
        .also(
            "objects",
            SqlObject(
                "function",
                "is_over(order_status)",
                "CREATE OR REPLACE FUNCTION is_over(one order_status) RETURNS boolean "
                "LANGUAGE sql IMMUTABLE RETURN one = 'sent'::order_status",
            ),
            SqlObject(
                "view",
                "new_orders",
                "CREATE VIEW new_orders AS SELECT id, status, past FROM {orders} "
                "WHERE status = 'new'::order_status",
            ),
            SqlObject(
                "trigger",
                "orders_sent",
                "CREATE OR REPLACE TRIGGER orders_sent BEFORE UPDATE OF status ON {orders} "
                "FOR EACH ROW WHEN (NEW.status = 'sent'::order_status) "
                "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            ),
        )
    )


SAID: Shapes = {**SHOP, "orders": _said_everywhere(SHOP["orders"])}
FEWER = labels("new", "sent")

LABELS: list[Made] = [
    _orders("a label at the end", labels("new", "paid", "sent", "back")),
    _orders("a label in the middle", labels("new", "held", "paid", "sent")),
    _orders("a label at the beginning", labels("draft", "new", "paid", "sent")),
    _orders("several labels", labels("a", "new", "b", "c", "paid", "sent", "d")),
    _orders("a label that is the default at once", _back),
    _orders("a label less", FEWER),
    _orders("another order of labels", labels("sent", "new", "paid")),
    _orders("a label less, and another", labels("new", "settled", "sent")),
    _orders("a label less that was the default", labels("paid", "sent")),
    _orders("a label less of a type that everything names", FEWER, SAID),
]
