"""A range on a part of a composed key finds what a filter on that field finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trueup import Layer, Model, Table, at, composed, connect


class Middle(Model):
    """A composed key whose ranged part stands in the middle."""

    pk: str = "p"
    kind: str
    number: int = 0
    price: Decimal = Decimal(0)
    day: date = date(2026, 1, 1)
    at_time: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    end: str
    by_number: str = composed("K#{kind}#{number:04d}#{end}")
    by_price: str = composed("{kind}#{price:5.2f}")
    by_day: str = composed("{kind}!{day}")
    by_time: str = composed("{kind}#{at_time}#X")


TEXTS = st.text(st.sampled_from("a#!%\x7fü~"), max_size=3)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-12, 12),
    "price": st.decimals(-3, 3, places=2),
    "day": st.dates(date(2025, 12, 29), date(2026, 1, 3)),
    "at_time": st.datetimes(
        datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 1), timezones=st.just(UTC)
    ),
}
KEYS = {"number": "by_number", "price": "by_price", "day": "by_day", "at_time": "by_time"}


@pytest.mark.parametrize("field", VALUES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_range_on_a_part_is_that_of_its_values(field: str, data: st.DataObject) -> None:
    table = Table("T", Middle, partition="pk", sort=KEYS[field])
    rows = data.draw(st.lists(st.tuples(TEXTS, VALUES[field], TEXTS), min_size=1, max_size=8))
    low, high = sorted((data.draw(VALUES[field]), data.draw(VALUES[field])))
    items = [Middle(kind=kind, end=end, **{field: value}) for kind, value, end in rows]
    path: Any = at(getattr(Middle, field))
    asked: dict[str, tuple[Any, Callable[[Any], bool]]] = {
        "lt": (path < low, lambda value: value < low),
        "le": (path <= low, lambda value: value <= low),
        "gt": (path > low, lambda value: value > low),
        "ge": (path >= low, lambda value: value >= low),
        "between": (path.between(low, high), lambda value: low <= value <= high),
    }
    with connect("sqlite://", Layer("parts", target="sqlite", tables=[table])) as db:
        db.create_tables()
        repo = db.repository(table)
        repo.put_many(items)
        stored = {getattr(item, KEYS[field]): item for item in repo.scan()}
        for kind in {item.kind for item in items}:
            for name, (condition, holds) in asked.items():
                sort = (Middle.kind == kind) & condition
                found = {getattr(item, KEYS[field]) for item in repo.query("p", sort=sort)}
                wanted = {
                    key
                    for key, item in stored.items()
                    if item.kind == kind and holds(getattr(item, field))
                }
                assert found == wanted, name
