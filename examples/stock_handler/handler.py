"""The handler: `{"request": "r1", "article": "a", "pieces": 2}` books two pieces, once.

The database is opened at the first call and kept: a frozen process goes on with it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from pydantic import ValidationError

from trueup import Database, TransactionCancelled, at, connect, expires_in

from .tables import Booking, Stock, bookings, layer, stock

KEPT = timedelta(days=1)
"""How long a request is remembered: longer than it is sent again."""


@cache
def database() -> Database:
    """The database of this process."""
    return connect(os.environ.get("DATABASE_URL", "dynamodb://"), layer)


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Book, unless the request was booked before, or there are too few pieces."""
    del context
    try:
        booking = Booking.model_validate({**event, "expires_at": expires_in(days=KEPT.days)})
    except ValidationError as error:
        return {"status": "invalid", "fields": [str(one["loc"][0]) for one in error.errors()]}
    try:
        with database().transaction() as tx:
            tx.create(bookings, booking)
            tx.update(
                stock,
                booking.article,
                at(Stock.pieces).subtract(booking.pieces),
                only_if=Stock.pieces >= booking.pieces,
            )
    except TransactionCancelled as cancelled:
        was_booked, _ = cancelled.reasons
        return {"status": "booked before" if was_booked else "sold out"}
    return {"status": "booked"}
