"""What is not declared is left as it is, also below a column that changes."""

from __future__ import annotations

import pytest

from tests.postgres_changes.bringing import ALL, bring
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import Shapes
from trueup import NeedsOperator
from trueup.relational import SqlIndex
from trueup.schema.hazard import Allowance
from trueup.testing.postgres import PostgresServer

KEPT = ALL - {Allowance.PRUNE}
DOUBLED: Shapes = {
    **SHOP,
    "orders": SHOP["orders"]
    .describe("double", "Twice the weight")
    .also("indexes", SqlIndex("orders_double", ["double"])),
}
UNDECLARED: Shapes = {
    **SHOP,
    "orders": SHOP["orders"].without("double").set(generated={}, types={"weight": "integer"}),
}


def test_computed_column_that_is_not_declared_outlives_another_type_with_its_index(
    postgres_server: PostgresServer,
) -> None:
    with new_database(postgres_server) as name:
        bring(postgres_server, name, DOUBLED)
        bring(postgres_server, name, UNDECLARED, KEPT)
        after = "\n".join(dumped(postgres_server, name))
    assert "weight integer NOT NULL" in after
    assert "double bigint GENERATED ALWAYS AS ((weight * 2)) STORED" in after
    assert "CREATE INDEX orders_double ON public.orders USING btree (double)" in after
    assert "COMMENT ON COLUMN public.orders.double IS 'Twice the weight'" in after


def test_check_that_is_not_declared_and_refuses_another_type_is_named(
    postgres_server: PostgresServer,
) -> None:
    people = SHOP["people"].field("age", str | None, None).set(checks=[])
    with new_database(postgres_server) as name:
        bring(postgres_server, name, SHOP)
        with pytest.raises(NeedsOperator, match="people_grown may stand in the way") as refused:
            bring(postgres_server, name, {**SHOP, "people": people}, KEPT)
    assert "--prune" in str(refused.value)
