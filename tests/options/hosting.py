"""APIs and databases in AWS with and without an option, and what a template makes of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.options.calls import Note
from trueup import Function, Infrastructure, Layer, RdsPostgres, RestApi, Route, Table, UsagePlan
from trueup.infra import cloudformation, stack_of

NOTES = Table("Notes", Note, partition="owner", sort="number")
ROUTE = Route("POST", "/notes")
PLAN: dict[str, Any] = {"clients": ["acme"], "rate": 2, "burst": 3}


def deployed(target: Any, infrastructure: Infrastructure | None, **options: Any) -> Any:
    """The template of a layer with one function."""
    function = Function("noted", handler="app:noted", **options)
    layer = Layer(
        "l", target=target, tables=[NOTES], functions=[function], infrastructure=infrastructure
    )
    return cloudformation(stack_of(layer, {"Notes": "notes"}))


def api(route: Route | None = ROUTE, plan: dict[str, Any] | None = None, **options: Any) -> Any:
    """The template of a layer with an API that its function answers."""
    plans = [UsagePlan("basic", **{**PLAN, **(plan or {})})]
    given = RestApi("notes", **{"plans": plans, **options})
    return deployed(
        "dynamodb", Infrastructure(api=given) if route else None, route=route or (), database=False
    )


def database(*, used: bool = False, **options: Any) -> Any:
    """The template of a layer with a PostgreSQL, and a function that may use it."""
    return deployed("postgres", Infrastructure(database=RdsPostgres(**options)), database=used)


def limited(key: bool = True, **options: Any) -> Any:
    """The same with an API of one method."""
    return api(Route("GET", "/", key=key, **options))


LIMIT: dict[str, Any] = {"rate": 1.5, "burst": 2}
HOSTING: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "Function.route": (api, lambda: api(None)),
    "Function.database": (lambda: database(used=True), database),
    "Infrastructure.api": (api, lambda: api(None)),
    "Infrastructure.database": (database, lambda: deployed("dynamodb", None)),
    "Layer.infrastructure": (database, lambda: deployed("dynamodb", None)),
    "Route.key": (lambda: limited(key=False), limited),
    "Route.rate": (lambda: limited(**LIMIT), lambda: limited(**{**LIMIT, "rate": 1})),
    "Route.burst": (lambda: limited(**LIMIT), lambda: limited(**{**LIMIT, "burst": 9})),
    "RestApi.stage": (lambda: api(stage="v1"), api),
    "RestApi.description": (lambda: api(description="x"), api),
    "RestApi.plans": (lambda: api(plans=[UsagePlan("other", **PLAN)]), api),
    "RestApi.rate": (lambda: api(**LIMIT), api),
    "RestApi.burst": (lambda: api(**LIMIT), lambda: api(**{**LIMIT, "burst": 9})),
    "RestApi.authorizer": (lambda: api(authorizer="noted"), api),
    "RestApi.log_days": (lambda: api(log_days=7), api),
    "RestApi.traced": (lambda: api(traced=False), api),
    "RestApi.account_logs": (lambda: api(account_logs=True), api),
    "UsagePlan.clients": (lambda: api(plan={"clients": ["other"]}), api),
    "UsagePlan.rate": (lambda: api(plan={"rate": 3}), api),
    "UsagePlan.burst": (lambda: api(plan={"burst": 4}), api),
    "UsagePlan.quota": (lambda: api(plan={"quota": 5}), api),
    "UsagePlan.period": (
        lambda: api(plan={"quota": 5, "period": "DAY"}),
        lambda: api(plan={"quota": 5}),
    ),
    "UsagePlan.description": (lambda: api(plan={"description": "x"}), api),
    "RdsPostgres.version": (lambda: database(version="17.2"), database),
    "RdsPostgres.name": (lambda: database(name="notes"), database),
    "RdsPostgres.user": (lambda: database(user="notes"), database),
    "RdsPostgres.instance": (lambda: database(instance="db.m7g.large"), database),
    "RdsPostgres.standby": (lambda: database(standby=True), database),
    "RdsPostgres.storage_gb": (lambda: database(storage_gb=50), database),
    "RdsPostgres.most_storage_gb": (lambda: database(most_storage_gb=50), database),
    "RdsPostgres.backup_days": (lambda: database(backup_days=35), database),
    "RdsPostgres.connections_percent": (lambda: database(connections_percent=70), database),
    "RdsPostgres.idle_percent": (lambda: database(idle_percent=7), database),
    "RdsPostgres.borrow_timeout_s": (lambda: database(borrow_timeout_s=7), database),
    "RdsPostgres.network": (lambda: database(network="given"), database),
    "RdsPostgres.cidr": (lambda: database(cidr="10.1.0.0/24"), database),
}
