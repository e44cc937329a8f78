"""Opening: a database that is being opened, for `await` or `async with`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from functools import wraps
from typing import Any, ParamSpec

from ..repository.database import AsyncDatabase

P = ParamSpec("P")


class Opening(Coroutine[Any, Any, AsyncDatabase]):
    """The result of `connect_async`: `db = await connect_async(...)`, closed by `async with db`, or
    both in one, `async with connect_async(...) as db`."""

    def __init__(self, opening: Coroutine[Any, Any, AsyncDatabase]) -> None:
        self._opening = opening

    def __await__(self) -> Generator[Any, Any, AsyncDatabase]:
        return self._opening.__await__()

    def send(self, value: Any) -> Any:
        """Go on, as a coroutine does."""
        return self._opening.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise inside, as in a coroutine."""
        return self._opening.throw(*error)

    def close(self) -> None:
        """Give up."""
        self._opening.close()

    async def __aenter__(self) -> AsyncDatabase:
        self._database = await self._opening
        return self._database

    async def __aexit__(self, *exception: object) -> None:
        await self._database.aclose()


def as_opening(
    connect: Callable[P, Coroutine[Any, Any, AsyncDatabase]],
) -> Callable[P, Opening]:
    """The function, with coroutines that also work in `async with`."""

    @wraps(connect)
    def begin(*args: P.args, **kwargs: P.kwargs) -> Opening:
        return Opening(connect(*args, **kwargs))

    return begin
