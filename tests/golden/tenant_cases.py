"""Rows of tenants: calls without a tenant, and those that reach for another's."""

from __future__ import annotations

from tests.golden.stage import SECRET, Stage
from tests.wire.postgres.tenants import JOBS, LAYER, A, B
from trueup.engines.connect import target_engine
from trueup.engines.postgres.tables.layout import declared
from trueup.engines.postgres.tenants import refuse_role
from trueup.expressions.values import Item
from trueup.operations.actions import Put, Scan
from trueup.operations.plans.tenants import check_tenant

_TABLE = LAYER.describe(JOBS)
_SCHEMAS = {"jobs": declared(_TABLE, {"jobs": "jobs"})}


def read_without_a_tenant(stage: Stage) -> object:
    return target_engine(LAYER).compile(Scan(_TABLE))


def write_of_another_tenants_item(stage: Stage) -> None:
    item: Item = {"id": SECRET, "tenant_id": str(B), "name": SECRET}
    check_tenant("postgres", Put(_TABLE, item), {"jobs": str(A)})


def role_that_sees_the_rows_of_all(stage: Stage) -> None:
    refuse_role([("jobs", False, True, True)], _SCHEMAS)


def table_without_the_policy_of_tenants(stage: Stage) -> None:
    refuse_role([("jobs", True, False, False)], _SCHEMAS)
