"""Keys and usage plans of an API's clients. No template has the value of a key.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplan.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....model.declarations.functions import Function
from ....model.declarations.infrastructure.api import RestApi
from ....model.declarations.infrastructure.plans import UsagePlan
from ...values import Attribute, Property, Resource
from .names import API, STAGE, named_id


def key_id(client: str) -> str:
    """The logical name of a client's key."""
    return named_id(client, "ApiKey")


def plan_resources(
    api: RestApi, name: str, functions: Sequence[Function], tags: Sequence[Property]
) -> Iterator[Resource]:
    """The plans, and the keys of their clients. name: of the API in the account."""
    throttles = dict(_throttles(functions))
    for plan in api.plans:
        id = named_id(plan.name, "ApiPlan")
        properties = _plan(plan, name, throttles, tags)
        yield Resource(id, "AWS::ApiGateway::UsagePlan", properties)
        for client in plan.clients:
            yield _key(name, client, plan, tags)
            link: dict[str, Property] = {
                "KeyId": Attribute(key_id(client)),
                "KeyType": "API_KEY",
                "UsagePlanId": Attribute(id),
            }
            yield Resource(named_id(client, "ApiPlanKey"), "AWS::ApiGateway::UsagePlanKey", link)


def _throttles(functions: Sequence[Function]) -> Iterator[tuple[str, Property]]:
    """The limits of methods, which hold for each client: `/jobs/POST`."""
    for function in functions:
        for route in function.routes:
            if route.rate is not None and route.burst is not None:
                throttle: Property = {"RateLimit": route.rate, "BurstLimit": route.burst}
                yield f"{route.path}/{route.method}", throttle


def _plan(
    plan: UsagePlan, name: str, throttles: Mapping[str, Property], tags: Sequence[Property]
) -> dict[str, Property]:
    stage: dict[str, Property] = {"ApiId": Attribute(API), "Stage": Attribute(STAGE)}
    found: dict[str, Property] = {
        "UsagePlanName": f"{name}-{plan.name}",
        **({"Description": plan.description} if plan.description else {}),
        "ApiStages": [stage | ({"Throttle": throttles} if throttles else {})],
    }
    if plan.rate is not None and plan.burst is not None:
        found["Throttle"] = {"RateLimit": plan.rate, "BurstLimit": plan.burst}
    if plan.quota is not None:
        found["Quota"] = {"Limit": plan.quota, "Period": plan.period}
    return {**found, "Tags": tags}


def _key(name: str, client: str, plan: UsagePlan, tags: Sequence[Property]) -> Resource:
    properties: dict[str, Property] = {
        "Name": f"{name}-{client}",
        "Description": f"The key of {client}, of the plan {plan.name}",
        "Enabled": True,
        # Else the identifier of a key, which functions are told and log, may be its value.
        "GenerateDistinctId": True,
        "Tags": tags,
    }
    return Resource(key_id(client), "AWS::ApiGateway::ApiKey", properties, depends_on=(STAGE,))
