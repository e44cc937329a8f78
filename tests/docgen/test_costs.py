"""Costs: units by the rules of DynamoDB, and prices by the month."""

from __future__ import annotations

import pytest

from trueup import AccessPattern, DynamoDB, Example, Index, Layer, Model, Table
from trueup.docgen.costs.asked import PAGE_BYTES, expected
from trueup.docgen.costs.charges import Charges, charges_of
from trueup.docgen.costs.page import cost_page
from trueup.docgen.costs.prices import US_EAST_1
from trueup.docgen.costs.rates import QuestionRate, TableRates
from trueup.docgen.costs.sizes import index_bytes, item_bytes
from trueup.docgen.costs.units import read_units, write_units


class Order(Model):
    customer: str
    day: str
    state: str
    note: str


orders = Table(
    "Orders",
    Order,
    partition="customer",
    sort="day",
    indexes=[
        Index("ByState", partition="state", sort="day", shards=4, projection=()),
        Index("ByDay", partition="day"),
    ],
    patterns=[
        AccessPattern("order", by=("customer", "day")),
        AccessPattern("of_customer", examples=[Example("ada", limit=10)]),
        AccessPattern("by_state", index="ByState", needs=("customer",)),
    ],
)
TABLE = Layer("shop", target="dynamodb", tables=[orders]).describe(orders)


def charges(table: Table[Order] = orders, **rates: object) -> Charges:
    described = Layer("shop", target="dynamodb", tables=[table]).describe(table)
    return charges_of(described, TableRates.model_validate(rates), US_EAST_1)


@pytest.mark.parametrize(
    ("size", "reads", "writes"),
    [(0, 0.5, 1), (1, 0.5, 1), (1024, 0.5, 1), (1025, 0.5, 2), (4096, 0.5, 4), (4097, 1.0, 5)],
)
def test_units_begin_anew_with_each_step(size: int, reads: float, writes: int) -> None:
    assert read_units(size) == reads
    assert read_units(size, consistent=True) == 2 * reads
    assert write_units(size) == writes


def test_question_reads_what_its_index_holds() -> None:
    units = {one.name: one for one in charges(item_bytes=1000).questions}
    assert (units["order"].items, units["order"].units) == (1, 0.5)
    assert (units["of_customer"].items, units["of_customer"].units) == (10, 1.5)
    assert units["by_state"].bytes < 1000
    assert units["by_state"].units == 4 * read_units(-(-25 * units["by_state"].bytes // 4))


def test_write_is_paid_in_each_index() -> None:
    create = charges(item_bytes=2000, calls={"create": 1}).calls[0]
    held = index_bytes(TABLE, TABLE.indexes["ByState"], 2000)
    assert create.units == 2 + 2 + write_units(held)


def test_month_has_730_hours() -> None:
    found = charges(item_bytes=1000, patterns={"order": QuestionRate(per_second=10)})
    assert found.requests == pytest.approx(10 * 0.5 * 730 * 3600 / 1e6 * 0.125)


def test_storage_counts_indexes_and_recovery_does_not() -> None:
    found = charges(item_bytes=900, items=1_000_000)
    held = index_bytes(TABLE, TABLE.indexes["ByState"], 900)
    assert found.stored_gb == pytest.approx((1000 + held + 100 + 1000) / 1000)
    assert found.storage == pytest.approx(found.stored_gb * 0.25)
    assert found.recovery == pytest.approx(0.9 * 0.20)


def test_provisioned_units_are_paid_whatever_is_asked() -> None:
    settings = DynamoDB(billing="provisioned", read_units=5, write_units=2, pitr_days=0)
    table = Table("Orders", Order, partition="customer", dynamodb=settings)
    found = charges(table, calls={"put": 100.0})
    assert found.requests == pytest.approx(730 * (5 * 0.00013 + 2 * 0.00065))
    assert found.recovery == 0


def test_infrequent_access_is_dear_to_ask_and_cheap_to_keep() -> None:
    settings = DynamoDB(table_class="infrequent_access")
    table = Table("Orders", Order, partition="customer", dynamodb=settings)
    rates = {"item_bytes": 900, "items": 1_000_000, "calls": {"put": 1.0}}
    assert charges(table, **rates).storage == pytest.approx(0.1)
    assert charges(table, **rates).per_million(1, is_read=False) == 0.78


def test_estimate_counts_names_and_values() -> None:
    names = len("customer" + "day" + "state" + "note")
    assert item_bytes(TABLE) == names + 4 * 20 + len("ByState.shard") + 20


def test_request_is_charged_by_what_it_may_read() -> None:
    get = expected(TABLE, "GetItem", {"TableName": "t", "ConsistentRead": True}, US_EAST_1)
    assert (get.resource, get.units) == ("table/t", 1)
    query = expected(
        TABLE, "Query", {"TableName": "t", "IndexName": "ByDay", "Limit": 90}, US_EAST_1
    )
    assert (query.action, query.resource) == ("dynamodb:Query", "table/t/index/ByDay")
    assert query.units == read_units(90 * query.item_bytes)
    scan = expected(TABLE, "Scan", {"TableName": "t"}, US_EAST_1)
    assert scan.units == pytest.approx(PAGE_BYTES / 4096 / 2, abs=0.5)


def test_page_says_what_it_does_not_know() -> None:
    layer = Layer("shop", target="dynamodb", tables=[orders])
    page = cost_page(layer, {}, US_EAST_1, ["eu-west-1", "us-east-1"])
    assert "| all | ? | ? | ? | ? |" in page
    assert "$0.00" not in page
    assert "? is unknown" in page
    assert "A stage is in eu-west-1, where prices are others" in page
    known = cost_page(layer, {orders.name: TableRates(items=1)}, US_EAST_1, ["us-east-1"])
    assert "?" not in known
    assert "where prices are others" not in known
