"""The API: `uvicorn examples.orders_api.app:app`, on a SQLite file or where DATABASE_URL says.

One database is opened for the whole process, by the lifespan; its repository is asked for by the
endpoints, so that tests may give them another.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from trueup import (
    AlreadyExists,
    AsyncRepository,
    ConditionFailed,
    InvalidCall,
    NotFound,
    RetryableError,
    TrueupError,
    all_of,
    at,
    at_name,
    connect_async,
)

from .tables import Order, Status, layer, orders

FILTERED = ("status", "total")
"""The fields that a client may filter by."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The database is open while the process serves."""
    url = os.environ.get("DATABASE_URL", "sqlite:///orders.db")
    async with connect_async(url, layer) as db:
        await db.create_tables()  # in production `trueup apply` does it, before
        app.state.orders = db.repository(orders)
        yield


app = FastAPI(lifespan=lifespan)


def repository(request: Request) -> AsyncRepository[Order]:
    """The orders of the process."""
    found: AsyncRepository[Order] = request.app.state.orders
    return found


Orders = Annotated[AsyncRepository[Order], Depends(repository)]


class Page(BaseModel):
    """Some orders, and where to go on: `after` of the next call."""

    orders: list[Order]
    next: str | None


@app.post("/orders", status_code=201)
async def create(order: Order, repo: Orders) -> Order:
    """A new order."""
    await repo.create(order)
    return order


@app.get("/orders/{customer}/{number}")
async def read(customer: str, number: int, repo: Orders) -> Order:
    """One order."""
    order = await repo.get(customer, number)
    if order is None:
        raise HTTPException(404, "there is no such order")
    return order


@app.get("/orders/{customer}")
async def list_orders(
    request: Request,
    customer: str,
    repo: Orders,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: str | None = None,
) -> Page:
    """The orders of a customer, the newest first; those of `?status=paid` only, say."""
    wanted = all_of(
        *(
            at_name(Order, name) == request.query_params.get(name)
            for name in FILTERED
            if name in request.query_params
        )
    )
    results = repo.pattern("of_customer", customer, filter=wanted, limit=limit, after=after)
    return Page(orders=await results.all(), next=results.cursor)


@app.post("/orders/{customer}/{number}/payment")
async def pay(customer: str, number: int, repo: Orders) -> Order:
    """Pay an order that is open: of two calls, one succeeds."""
    changed = await repo.update(
        (customer, number),
        at(Order.status).assign(Status.PAID),
        only_if=Order.status == Status.OPEN,
        returning="new",
    )
    assert changed.new is not None
    return changed.new


STATUSES: dict[type[TrueupError], int] = {
    NotFound: 404,
    AlreadyExists: 409,
    ConditionFailed: 409,
    InvalidCall: 400,
    RetryableError: 503,
}


@app.exception_handler(TrueupError)
async def refuse(_: Request, error: TrueupError) -> JSONResponse:
    """What the database refused, by its stable code. Messages hold no values of items."""
    status = next((one for kind, one in STATUSES.items() if isinstance(error, kind)), 500)
    return JSONResponse({"error": error.code.value}, status)
