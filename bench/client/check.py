"""The refusal to measure libraries that do not give the same values."""

from __future__ import annotations

from typing import Any

from ..values import make_values, sort_key
from .comparable import comparable
from .names import IN_FLIGHT, PARTITION_100, PARTITION_1000, READ_TOGETHER
from .operations import FLOOR, LIBRARIES
from .processes import Processes


class Unequal(Exception):
    """Libraries do not do the same work; what is measured would be no comparison."""


def check_values(processes: Processes) -> None:
    """Raises Unequal where a library reads other values than those that were made."""
    expected = expected_values()
    for library in LIBRARIES:
        if library != FLOOR:  # it reads nothing
            check_library(library, processes.run("values", library), expected)


def check_library(library: str, found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Raises Unequal where what a library read is not what is expected."""
    for operation, values in found.items():
        if values != expected[operation]:
            raise Unequal(f"{library} gives other values for {operation} than were stored")


def expected_values() -> dict[str, list[Any]]:
    """What each read gives, in order of the sort key."""
    hundred = _made(PARTITION_100, 100)
    one = [hundred[1]]
    assert one[0]["sk"] == sort_key(1)
    return {
        "get": one,
        "query_100": hundred,
        "query_1000": _made(PARTITION_1000, 1000),
        "get_many_100": hundred[:READ_TOGETHER],
        "gets_32_async": one * IN_FLIGHT,
    }


def _made(partition: str, count: int) -> list[Any]:
    return [comparable(make_values(number, partition)) for number in range(count)]
