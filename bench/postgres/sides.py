"""The libraries, opened, and the refusal to measure them where they do not read the same values."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from inspect import isawaitable
from typing import Any

import psycopg

from .libraries import psycopg_validate
from .place import Where
from .rows import TENANT_100, TENANT_1000, PlainCustomer, Values, make_row, row_id

STORED = {TENANT_100: 100, TENANT_1000: 1000}
"""The rows of each tenant that is read."""


class Unequal(Exception):
    """Two libraries do not do the same work; what is measured would be no comparison."""


@dataclass(frozen=True, slots=True)
class Side:
    """One library, ready to be measured. runner: waits for those that are asynchronous."""

    name: str
    library: Any
    runner: asyncio.Runner

    def call(self, name: str, *arguments: Any) -> Any:
        """What one call gives."""
        return self._finished(getattr(self.library, name)(*arguments))

    def repeat(self, name: str, calls: Sequence[tuple[Any, ...]]) -> None:
        """Call once with each of the arguments."""
        call = getattr(self.library, name)
        if not asyncio.iscoroutinefunction(call):
            for arguments in calls:
                call(*arguments)
            return

        async def repeat() -> None:
            for arguments in calls:
                await call(*arguments)

        self.runner.run(repeat())

    def values(self, row: Any) -> Values:
        """What a read gives, in a form that can be compared."""
        return PlainCustomer.model_validate(self.library.values(row)).model_dump()

    def open(self) -> None:
        """Connect, if making it did not."""
        if hasattr(self.library, "aopen"):
            self.call("aopen")

    def close(self) -> None:
        """Close its connections."""
        self.call("aclose" if hasattr(self.library, "aclose") else "close")

    def _finished(self, result: Any) -> Any:
        async def wait() -> Any:
            return await result

        return self.runner.run(wait()) if isawaitable(result) else result


@contextmanager
def open_sides(where: Where, names: Sequence[str]) -> Iterator[list[Side]]:
    """The libraries with the same rows stored. Raises Unequal if they read different values."""
    with asyncio.Runner() as runner, ExitStack() as stack:
        sides = []
        for name in names:
            module = import_module(f"bench.postgres.libraries.{name}")
            side = Side(name, module.Library(where), runner)
            side.open()
            stack.callback(side.close)
            sides.append(side)
        _fill(sides, where)
        for side in sides:
            check(side)
        yield sides


def _fill(sides: Sequence[Side], where: Where) -> None:
    """Store the rows that are read: in Trueup's table, and in that of its peers."""
    by_hand = Side("by hand", psycopg_validate.Library(where), sides[0].runner)
    for tenant, count in STORED.items():
        rows = [make_row(number, tenant) for number in range(count)]
        for side in [by_hand, *(side for side in sides if side.name == "trueup")]:
            side.call("insert_many", rows)
    by_hand.close()
    with psycopg.connect(where.psycopg_text, autocommit=True) as connection:
        connection.execute("ANALYZE")


def check(side: Side) -> None:
    """Raises Unequal where a library reads or writes other values than are stored."""
    for tenant, count in STORED.items():
        expected = sorted(
            (make_row(number, tenant) for number in range(count)), key=lambda row: str(row["id"])
        )
        if [side.values(row) for row in side.call("query", tenant)] != [
            PlainCustomer.model_validate(row).model_dump() for row in expected
        ]:
            raise Unequal(f"{side.name} reads other rows of {tenant}")
    _check_writes(side)


def _check_writes(side: Side) -> None:
    """Write in every way, and read it back."""
    tenant = f"new-{side.name}-check"
    wanted = [make_row(number, tenant) for number in range(4)]
    side.call("insert", wanted[0])
    side.call("insert_many", wanted[1:])
    side.call("put", wanted[1] | {"age": 1000})
    side.call("update", tenant, row_id(2), "changed", 44)
    wanted[1]["age"] = 1000
    wanted[2] |= {"name": "changed", "age": 44}
    for row in wanted:
        found = side.call("get", tenant, row["id"])
        if side.values(found) != PlainCustomer.model_validate(row).model_dump():
            raise Unequal(f"{side.name} does not read what it has written")
