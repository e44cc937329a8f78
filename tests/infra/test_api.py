"""The REST API of a layer: methods, keys and plans, and a deployment for each of its contents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from trueup import (
    Function,
    Infrastructure,
    Layer,
    Model,
    RestApi,
    Route,
    Table,
    UnsupportedByEngine,
    UsagePlan,
)
from trueup.infra import cloudformation, stack_of
from trueup.infra.resources.api.names import named_id, path_id


class Job(Model):
    """Work to do."""

    id: str


JOBS = Table("jobs", Job, partition="id")
BASIC = UsagePlan("basic", clients=["acme", "zenith"], rate=5, burst=10, quota=1000)
ROUTES = [
    Route("GET", "/", key=False),
    Route("POST", "/jobs", rate=1, burst=2),
    Route("GET", "/jobs/{id}"),
]


def template(
    *routes: Route, handler: str = "app.handlers:api", stage: str = "beta", **options: Any
) -> dict[str, Any]:
    """The template of a layer with an API. options: of the API."""
    given = RestApi("jobs-api", **{"plans": [BASIC], **options})
    layer = Layer(
        "jobs",
        target="dynamodb",
        tables=[JOBS],
        functions=[
            Function("api", handler=handler, route=list(routes or ROUTES)),
            Function("who", handler="app.handlers:who"),
        ],
        infrastructure=Infrastructure(api=given),
    )
    return cloudformation(stack_of(layer, {"jobs": "jobs"}, stage=stage))


def of_type(made: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The properties of the resources of a type of API Gateway, by id."""
    return {
        id: one["Properties"]
        for id, one in made["Resources"].items()
        if one["Type"] == f"AWS::ApiGateway::{kind}"
    }


def test_api_takes_keys_from_a_header() -> None:
    assert of_type(template(description="Jobs"), "RestApi") == {
        "Api": {
            "Name": "jobs-api-beta",
            "Description": "Jobs",
            "ApiKeySourceType": "HEADER",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "Tags": [{"Key": "layer", "Value": "jobs"}, {"Key": "stage", "Value": "beta"}],
        }
    }


def test_parts_of_paths_are_made_once_below_each_other() -> None:
    root = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    assert {
        id: (one["ParentId"], one["PathPart"])
        for id, one in of_type(template(*ROUTES, Route("GET", "/jobs")), "Resource").items()
    } == {"ApiJobsPath": (root, "jobs"), "ApiJobsAnyIdPath": ({"Ref": "ApiJobsPath"}, "{id}")}


def test_methods_hand_requests_to_their_function() -> None:
    methods = of_type(template(), "Method")
    assert {id: one["ApiKeyRequired"] for id, one in methods.items()} == {
        "ApiGetMethod": False,
        "ApiJobsPostMethod": True,
        "ApiJobsAnyIdGetMethod": True,
    }
    assert methods["ApiGetMethod"]["ResourceId"] == {"Fn::GetAtt": ["Api", "RootResourceId"]}
    assert methods["ApiJobsAnyIdGetMethod"] == {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Ref": "ApiJobsAnyIdPath"},
        "HttpMethod": "GET",
        "OperationName": "api",
        "AuthorizationType": "NONE",
        "ApiKeyRequired": True,
        "Integration": {
            "Type": "AWS_PROXY",
            "IntegrationHttpMethod": "POST",
            "Uri": {
                "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/"
                "functions/${ApiFunction.Arn}/invocations"
            },
        },
    }


def test_function_is_called_by_its_methods_only() -> None:
    permissions = [
        one["Properties"]
        for one in template()["Resources"].values()
        if one["Type"] == "AWS::Lambda::Permission"
    ]
    sources = [one["SourceArn"]["Fn::Sub"].partition("${Api}")[2] for one in permissions]
    assert sources == ["/live/GET/", "/live/POST/jobs", "/live/GET/jobs/*"]
    assert {one["Principal"] for one in permissions} == {"apigateway.amazonaws.com"}
    assert {json.dumps(one["FunctionName"]) for one in permissions} == {
        '{"Fn::GetAtt": ["ApiFunction", "Arn"]}'
    }


def deployment(made: Mapping[str, Any]) -> str:
    """The id of the deployment, which the stage has."""
    (id,) = of_type(made, "Deployment")
    assert of_type(made, "Stage")["ApiStage"]["DeploymentId"] == {"Ref": id}
    return id


def test_deployment_changes_with_what_it_deploys_and_with_nothing_else() -> None:
    first = deployment(template())
    assert deployment(template(handler="app.handlers:other", log_days=7)) == first
    others = [
        template(*ROUTES, Route("DELETE", "/jobs/{id}")),
        template(*ROUTES[:-1], Route("GET", "/jobs/{name}")),
        template(Route("GET", "/", key=True), *ROUTES[1:]),
        template(authorizer="who"),
    ]
    assert len({first, *map(deployment, others)}) == 5


def test_deployment_waits_for_all_methods() -> None:
    made = template()
    after = made["Resources"][deployment(made)]["DependsOn"]
    assert set(after) == {*of_type(made, "Method"), *of_type(made, "Resource")}


def test_stage_logs_who_called_and_never_a_key() -> None:
    stage = of_type(template(rate=100, burst=200), "Stage")["ApiStage"]
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert logged["clientId"] == "$context.identity.apiKeyId"
    assert not {"$context.identity.apiKey", "$context.path"} & set(logged.values())
    assert stage["MethodSettings"] == [
        {
            "ResourcePath": "/*",
            "HttpMethod": "*",
            "MetricsEnabled": True,
            "LoggingLevel": "ERROR",
            "DataTraceEnabled": False,
            "ThrottlingRateLimit": 100,
            "ThrottlingBurstLimit": 200,
        }
    ]


def test_plan_limits_clients_together_by_method_and_by_period() -> None:
    plan = of_type(template(), "UsagePlan")["BasicApiPlan"]
    assert plan["UsagePlanName"] == "jobs-api-beta-basic"
    assert plan["Throttle"] == {"RateLimit": 5, "BurstLimit": 10}
    assert plan["Quota"] == {"Limit": 1000, "Period": "MONTH"}
    assert plan["ApiStages"] == [
        {
            "ApiId": {"Ref": "Api"},
            "Stage": {"Ref": "ApiStage"},
            "Throttle": {"/jobs/POST": {"RateLimit": 1, "BurstLimit": 2}},
        }
    ]


@pytest.mark.case("S37")
def test_every_key_has_a_plan_and_a_plan_without_quota_keeps_its_throttle() -> None:
    """The refusal of a key without a plan: `tests/unit/model/test_infrastructure.py`; the answer
    429 over HTTP: `tests/deploys/test_plans_over_http.py`."""
    made = template(plans=[UsagePlan("basic", clients=["acme", "zenith"], rate=5, burst=10)])
    plan = of_type(made, "UsagePlan")["BasicApiPlan"]
    assert plan["Throttle"] == {"RateLimit": 5, "BurstLimit": 10}
    assert "Quota" not in plan
    linked = [one["KeyId"]["Ref"] for one in of_type(made, "UsagePlanKey").values()]
    assert linked == list(of_type(made, "ApiKey")) == ["AcmeApiKey", "ZenithApiKey"]


def test_no_template_has_the_value_of_a_key() -> None:
    keys = of_type(template(), "ApiKey")
    for key in keys.values():
        assert "Value" not in key
        assert key["GenerateDistinctId"] is True


def test_keys_and_plans_wait_for_the_stage() -> None:
    """A plan by the stage that it names, so that it need not say so."""
    made = template()["Resources"]
    for id in ("AcmeApiKey", "ZenithApiKey"):
        assert made[id]["DependsOn"] == ["ApiStage"], id
    assert "DependsOn" not in made["BasicApiPlan"]


def test_authorizer_is_asked_where_a_key_is_needed() -> None:
    made = template(authorizer="who")
    methods = of_type(made, "Method")
    assert methods["ApiGetMethod"]["AuthorizationType"] == "NONE"
    assert methods["ApiJobsPostMethod"]["AuthorizationType"] == "CUSTOM"
    assert methods["ApiJobsPostMethod"]["AuthorizerId"] == {"Ref": "ApiAuthorizer"}
    assert "WhoFunction.Arn" in str(of_type(made, "Authorizer")["ApiAuthorizer"])


def test_one_stack_lets_the_apis_of_an_account_write_logs() -> None:
    assert not of_type(template(), "Account")
    made = template(account_logs=True)["Resources"]
    assert made["ApiAccount"]["DeletionPolicy"] == "Retain"
    assert made["ApiAccountIdentity"]["DeletionPolicy"] == "Retain"
    assert made["ApiStage"]["DependsOn"] == ["ApiAccount"]


def test_outputs_tell_the_address_and_whose_keys_there_are() -> None:
    outputs = template()["Outputs"]
    assert outputs["ApiUrl"]["Value"] == {
        "Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live"
    }
    assert outputs["AcmeApiKeyId"]["Value"] == {"Ref": "AcmeApiKey"}
    assert outputs["AcmeApiKeyId"]["Export"] == {"Name": "jobs-beta-AcmeApiKeyId"}


def test_no_two_paths_have_the_same_id() -> None:
    paths = ["/", "/jobs/id", "/jobs/{id}", "/jobs/{id+}", "/jobsId", "/jobs-id", "/Jobs/id"]
    paths += ["/jobs/any/id", "/jobs/all/id", "/jobs.id", "/jobs", "/Jobs", "/jobs/Id", "/jobs/i-d"]
    assert len({path_id(path, "Path") for path in paths}) == len(paths)
    assert path_id("/jobs/{id}", "Path") == "ApiJobsAnyIdPath"


def test_no_two_clients_have_the_same_id() -> None:
    names = ["acme", "Acme", "a-cme", "a_cme", "aCme", "acme-2", "acme2", "acme_2"]
    assert len({named_id(name, "ApiKey") for name in names}) == len(names)


def test_names_of_all_parts_differ_whatever_clients_plans_and_functions_are_called() -> None:
    layer = Layer(
        "jobs",
        target="dynamodb",
        tables=[JOBS],
        functions=[
            Function("api", handler="app:a", route=[Route("GET", "/key/any"), Route("GET", "/x")]),
            Function("api-stage", handler="app:a", route=Route("GET", "/plan-key/{x}")),
            Function("api-account", handler="app:a"),
        ],
        infrastructure=Infrastructure(
            api=RestApi(
                "jobs",
                account_logs=True,
                plans=[
                    UsagePlan("key-acme", clients=["acme", "acme-path"], quota=1),
                    UsagePlan("acme", clients=["plan-key-acme", "Acme"], quota=1),
                ],
            )
        ),
    )
    stack = stack_of(layer, {"jobs": "jobs"})
    ids = [one.id for one in stack.resources]
    assert len(set(ids)) == len(ids)


def test_parts_with_the_same_name_in_a_template_are_refused() -> None:
    """Else one would take the other's place, and nobody would be told."""
    tables = [Table(name, Job, partition="id") for name in ("past-jobs", "past_jobs")]
    layer = Layer("jobs", target="dynamodb", tables=tables)
    with pytest.raises(UnsupportedByEngine, match="several parts are called PastJobsTable"):
        stack_of(layer, {"past-jobs": "a-jobs", "past_jobs": "b-jobs"})
