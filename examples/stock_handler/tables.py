"""The stock, its bookings, and the function that uses them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trueup import ExpiresAt, Function, Layer, Model, Table


class Stock(Model):
    """How many pieces of an article there are."""

    article: str
    pieces: Annotated[int, Field(ge=0)] = 0


class Booking(Model):
    """What was booked by a request, so that it is not booked twice."""

    request: str
    article: str
    pieces: Annotated[int, Field(gt=0)]
    expires_at: ExpiresAt


stock = Table("Stock", Stock, partition="article")
bookings = Table("Bookings", Booking, partition="request")
book = Function(
    "book",
    handler="examples.stock_handler.handler:handler",
    reads=[bookings.get],
    writes=[bookings.create, stock.update],
)
layer = Layer("stock", target="dynamodb", tables=[stock, bookings], functions=[book])
