"""How long changes take, and what they are charged by, as far as the table's description tells.

DynamoDB writes each item to a new index, in units of 1 KB, at the pace of the index's own writes.

Sources:
    https://repost.aws/knowledge-center/create-gsi-dynamodb (the items times their average size, of
        1 KB at least, by the units per second)
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html (what a
        new on-demand index takes)
    https://aws.amazon.com/dynamodb/pricing/ (what is charged by what)
"""

from __future__ import annotations

from collections.abc import Mapping

from ....schema.engine import LiveTable
from ....schema.facts import Between, Value

NEW_INDEX_WRITE_UNITS_PER_S = 4_000
WARMING = "charged once, by the units that are more than before"
INSIGHTS = "charged by the events that are shown"
_UNIT_BYTES = 1024
_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def index_estimate(live: LiveTable | None, throughput: Mapping[str, Value]) -> str:
    """`≈ 1.2 M items, ≈ 1.2 M write units, ≈ 5 min at 4,000 a second`; empty if it is not known how
    many items there are. throughput: the billing of the new index, and its table's mode.
    """
    if live is None or live.items is None:
        return ""
    if not live.items:
        return "no items, a few minutes"
    average = max((live.item_bytes or 0) / live.items / _UNIT_BYTES, 1)
    units = live.items * average
    rate = _rate(throughput)
    return (
        f"≈ {_count(live.items)} items, ≈ {_count(units)} write units, ≈ {_span(units / rate)} at "
        f"{rate:,} a second"
    )


def size_estimate(live: LiveTable | None) -> str:
    """`charged by size, ≈ 1.1 GB`: what copies of a table cost, each month that they are kept."""
    if live is None or live.item_bytes is None:
        return "charged by size"
    return f"charged by size, ≈ {max(live.item_bytes / 1e9, 0.1):,.1f} GB"


def _rate(throughput: Mapping[str, Value]) -> int:
    units = throughput.get("write_units")
    units = units.first if isinstance(units, Between) else units
    if isinstance(units, int) and units > 0:
        return units
    most = throughput.get("max_write_request_units")
    return (
        min(most, NEW_INDEX_WRITE_UNITS_PER_S)
        if isinstance(most, int)
        else (NEW_INDEX_WRITE_UNITS_PER_S)
    )


def _count(number: float) -> str:
    for size, word in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if number >= size:
            return f"{number / (1e3 if word == ' k' else size):.3g}{word}"
    return f"{number:,.0f}"


def _span(seconds: float) -> str:
    for size, word in _SPANS:
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word}"
    return "1 min"
