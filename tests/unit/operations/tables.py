"""A table of orders, and its context on an engine that compiles to the action itself."""

from __future__ import annotations

from typing import Any

from trueup import ExpiresAt, Index, Layer, Model, Table, Version, composed
from trueup.model.translation.bind import Binder
from trueup.model.translation.codec import TableCodec
from trueup.operations import Limits, Request, Rules
from trueup.operations.actions import Action
from trueup.operations.plans.context import TableContext
from trueup.operations.plans.cursor import Cursors


class Order(Model):
    """Expires; has a version, a composed attribute and a sharded index."""

    customer: str
    number: int
    status: str = "new"
    day: str = "monday"
    city: str = "Bonn"
    place: str = composed("{city}#{customer}")
    total: int = 0
    tags: frozenset[str] = frozenset()
    expires_at: ExpiresAt | None = None
    version: Version = 0


orders = Table(
    "Orders",
    Order,
    partition="customer",
    sort="number",
    ttl="expires_at",
    indexes=[
        Index("ByStatus", partition=["status", "day"], sort="number", shards=4),
        Index("ByPlace", partition="place"),
    ],
)
layer = Layer("shop", target="dynamodb", tables=[orders])
described = layer.describe(orders)


class Echo:
    """An engine whose requests carry the action they were compiled from."""

    rules = Rules("echo", Limits(batch_get_keys=3, batch_write_items=2))

    def compile(self, action: Action) -> Request[Any]:
        """A request named after the action."""
        return Request(type(action).__name__, "Orders", action, lambda reply: reply)


def context(
    now_epoch_s: float = 1_800_000_000, secret: bytes = b"", physical: str = "Orders"
) -> TableContext:
    """What operations on the table need."""
    return TableContext(
        engine=Echo(),
        table=described,
        codec=TableCodec(described),
        binder=Binder(described),
        cursors=Cursors(secret),
        physical=physical,
        clock=lambda: now_epoch_s,
    )
