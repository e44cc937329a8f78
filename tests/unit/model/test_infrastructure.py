"""Infrastructure that is declared wrongly is refused with the place of the declaration."""

from __future__ import annotations

import re
from typing import Any

import pytest

from trueup import (
    Alarms,
    DeclarationError,
    Function,
    Infrastructure,
    Layer,
    Model,
    RdsPostgres,
    RestApi,
    Route,
    Table,
    UsagePlan,
)


class Job(Model):
    """Work to do."""

    id: str


PLAN = UsagePlan("basic", clients=["acme"], rate=2, burst=3)


def function(name: str = "submit", **options: Any) -> Function:
    return Function(name, handler="app.handlers:submit", **options)


def declared(
    infrastructure: Any, *functions: Function, target: Any = "postgres"
) -> tuple[str, ...]:
    """The problems of a layer with this infrastructure, without their place in this file."""
    try:
        Layer(
            "jobs",
            target=target,
            tables=[Table("jobs", Job, partition="id")],
            functions=functions,
            infrastructure=infrastructure,
        )
    except DeclarationError as error:
        place = re.compile(rf"{re.escape(__file__)}:\d+: ")
        return tuple(place.sub("", problem) for problem in error.problems)
    return ()


def api(*routes: Route, **options: Any) -> tuple[str, ...]:
    """The problems of an API that a function answers with these routes."""
    given = {"plans": [PLAN], **options}
    found = declared(
        Infrastructure(api=RestApi(**{"name": "jobs", **given})),
        function(route=routes or Route("POST", "/jobs")),
    )
    return tuple(one.removeprefix("infrastructure: API 'jobs': ") for one in found)


def database(**options: Any) -> tuple[str, ...]:
    """The problems of a database with these options."""
    found = declared(Infrastructure(database=RdsPostgres(**options)))
    return tuple(one.removeprefix("infrastructure: database: ") for one in found)


def test_right_infrastructure_has_no_problems() -> None:
    assert not api(
        Route("GET", "/", key=False),
        Route("POST", "/jobs", rate=1, burst=1),
        Route("GET", "/jobs/{id}"),
        Route("GET", "/files/{path+}"),
        rate=100,
        burst=200,
    )
    assert not database()
    assert not database(version="17.2", storage_gb=100, most_storage_gb=110)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("jobs", "route GET jobs: the path does not begin with /"),
        ("/jobs/", "route GET /jobs/: the path is not of words, {names} and a {name+} at the end"),
        ("/{id+}/a", "route GET /{id+}/a: the path is not of words"),
        ("/jo bs", "route GET /jo bs: the path is not of words"),
        ("/jobs/{key}", "route GET /jobs/{key}: {key} is called {id} in another path"),
        (3, "route GET 3: path is a text, not a whole number"),
    ],
)
def test_path_that_an_api_cannot_have_is_refused(path: Any, said: str) -> None:
    (problem,) = api(Route("DELETE", "/jobs/{id}"), Route("GET", path))
    assert problem.startswith(f"function 'submit': {said}")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "my api"}, "API 'my api': the name 'my api' is not a letter"),
        ({"stage": "a/b"}, "stage='a/b' is not 1 to 128"),
        ({"log_days": 2}, "log_days=2 is not one of 1, 3"),
        ({"authorizer": "who"}, "authorizer='who' is not a function of the layer"),
        ({"rate": 1}, "rate= and burst= are given together"),
        ({"rate": 0, "burst": 1}, "rate=0 is not more than 0"),
        ({"rate": 1, "burst": 0}, "burst=0 is not at least 1"),
        ({"plans": "basic"}, "plans is a list of UsagePlan, not a text"),
        ({"plans": [PLAN, PLAN]}, "the plan 'basic' is declared 2 times"),
        ({"plans": [UsagePlan("b", clients=["a", "a"], quota=1)]}, "the client 'a' is named 2"),
        ({"plans": [UsagePlan("b", clients=["a"])]}, "plan 'b': it limits nothing"),
        ({"plans": [UsagePlan("b", clients=["a"], quota=0)]}, "plan 'b': quota=0 is not at least"),
        ({"plans": [UsagePlan("b", clients=["a b"], quota=1)]}, "plan 'b': the name 'a b' is not"),
    ],
)
def test_api_that_is_declared_wrongly_is_refused(options: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in api(**options)), api(**options)


def test_routes_that_need_a_key_that_no_plan_has_are_refused() -> None:
    """AWS answers 403 to a key without a plan, always."""
    assert api(plans=[]) == (
        "routes need an API key, and no plan has clients; a key without a plan is refused",
    )
    assert not api(Route("GET", "/", key=False), plans=[])


def test_limit_of_a_route_is_that_of_a_client() -> None:
    (problem,) = api(Route("GET", "/", key=False, rate=1, burst=1))
    assert problem == "function 'submit': route GET /: rate= is of a client, whom only a key names"


def test_route_and_database_of_a_function_need_those_of_the_layer() -> None:
    assert declared(None, function(route=Route("GET", "/"))) == (
        "function 'submit': route=: the layer has no API; give it Infrastructure(api=RestApi(...))",
    )
    assert declared(None, function(database=True)) == (
        "function 'submit': database=: the layer has none; "
        "give it Infrastructure(database=RdsPostgres())",
    )


def test_api_without_a_route_is_refused() -> None:
    (problem,) = declared(Infrastructure(api=RestApi("jobs")))
    assert problem == (
        "infrastructure: API 'jobs': no function has a route; give one of them route=Route(...)"
    )


def test_route_of_two_functions_is_refused() -> None:
    route = Route("GET", "/", key=False)
    (problem,) = declared(
        Infrastructure(api=RestApi("jobs")), function(route=route), function("other", route=route)
    )
    assert problem == "function 'other': route GET / is already that of the function 'submit'"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"version": "16"}, "version='16' is not one of PostgreSQL, such as 16.4"),
        ({"name": "My-Data"}, "name='My-Data' is not a free name"),
        ({"user": "rdsadmin"}, "user='rdsadmin' is not a free name"),
        ({"instance": "large"}, "instance='large' is not a class such as db.t4g.medium"),
        ({"storage_gb": 10}, "storage_gb=10 is not 20 to 65536"),
        ({"storage_gb": 100, "most_storage_gb": 100}, "most_storage_gb=100 is not 1.1 × storage"),
        ({"backup_days": 0}, "backup_days=0 is not 1 to 35"),
        ({"connections_percent": 40}, "idle_percent=50 is not 0 to 40"),
        ({"borrow_timeout_s": 301}, "borrow_timeout_s=301 is not 0 to 300"),
        ({"network": "none"}, "network is 'own' or 'given', not 'none'"),
        ({"cidr": "here"}, "cidr='here' is not a range of addresses"),
        ({"cidr": "8.8.8.0/24"}, "cidr='8.8.8.0/24' is not a private range of /16 to /26"),
    ],
)
def test_database_that_is_declared_wrongly_is_refused(options: dict[str, Any], said: str) -> None:
    (problem,) = database(**options)
    assert problem.startswith(said)


def test_database_is_of_layers_on_postgresql() -> None:
    (problem,) = declared(Infrastructure(database=RdsPostgres()), target="dynamodb")
    assert "is for layers with target='postgres'" in problem


def test_parts_of_other_kinds_are_refused() -> None:
    given: Any = 3
    assert declared(given) == ("infrastructure is an Infrastructure or None, not a whole number",)
    (problem,) = declared(Infrastructure(api=given))
    assert problem == "infrastructure: api is a RestApi or None, not a whole number"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"thresholds": {"errors": -1}}, "'errors' is -1, and no metric is below 0"),
        ({"thresholds": {"errors": float("inf")}}, "'errors' is inf"),
        (
            {"thresholds": {"errors": 1}, "without": ["errors"]},
            "'errors' has no effect, since without= names 'errors'",
        ),
        (
            {"thresholds": {"AFunction.errors": 1}, "without": ["errors"]},
            "'AFunction.errors' has no effect, since without= names 'errors'",
        ),
    ],
)
def test_threshold_without_an_effect_is_refused(options: dict[str, Any], said: str) -> None:
    (problem,) = declared(Infrastructure(alarms=Alarms(**options)))
    assert problem.startswith(f"infrastructure: alarms: thresholds=: {said}")


def test_threshold_of_one_resource_stands_beside_another_that_has_no_alarm() -> None:
    given = Alarms(thresholds={"errors": 1}, without=["AFunction.errors"])
    assert not declared(Infrastructure(alarms=given))


def test_function_with_a_route_ends_before_the_api_gives_up() -> None:
    given = Infrastructure(api=RestApi("jobs", plans=[PLAN]))
    route = Route("GET", "/jobs")
    (problem,) = declared(given, function(route=route, timeout_s=30))
    assert "timeout_s=30 is more than the 29 seconds" in problem
    assert not declared(given, function(route=route))
