"""The methods of an API: each hands its requests to a function, which only it may call so.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ....model.declarations.functions import Function, Route
from ....model.declarations.infrastructure.api import RestApi
from ...values import ARNS, PLACE, Attribute, Joined, Property, Resource
from ..functions import function_id
from .names import API, path_id

AUTHORIZER = "ApiAuthorizer"


def path_resources(functions: Sequence[Function]) -> Iterator[Resource]:
    """The parts of all paths, each once, parents first."""
    paths = {route.path for function in functions for route in function.routes}
    for path in sorted({part for whole in paths for part in _parts(whole)}):
        parent, _, part = path.rpartition("/")
        properties: dict[str, Property] = {
            "RestApiId": Attribute(API),
            "ParentId": _path(parent),
            "PathPart": part,
        }
        yield Resource(path_id(path, "Path"), "AWS::ApiGateway::Resource", properties)


def _parts(path: str) -> list[str]:
    """A path and those before it: of `/jobs/{id}` also `/jobs`."""
    words = [word for word in path.split("/") if word]
    return ["/" + "/".join(words[:count]) for count in range(1, len(words) + 1)]


def _path(path: str) -> Attribute:
    return Attribute(path_id(path, "Path")) if path else Attribute(API, "RootResourceId")


def method_resources(api: RestApi, functions: Sequence[Function]) -> Iterator[Resource]:
    """The methods, with what allows the API to call their functions by them."""
    for function in functions:
        for route in function.routes:
            yield _method(api, function, route)
            yield _permission(
                path_id(route.path, f"{route.method.capitalize()}Permission"),
                function_id(function),
                (Attribute(API), f"/{api.stage}/{route.method}{_any_value(route.path)}"),
            )


def _method(api: RestApi, function: Function, route: Route) -> Resource:
    is_asked = bool(api.authorizer) and route.key
    authorization: dict[str, Property] = {"AuthorizationType": "NONE"}
    if is_asked:
        authorization = {"AuthorizationType": "CUSTOM", "AuthorizerId": Attribute(AUTHORIZER)}
    properties: dict[str, Property] = {
        "RestApiId": Attribute(API),
        "ResourceId": _path(route.path.rstrip("/")),
        "HttpMethod": route.method,
        "OperationName": function.name,
        **authorization,
        "ApiKeyRequired": route.key,
        "Integration": {
            "Type": "AWS_PROXY",
            "IntegrationHttpMethod": "POST",  # of the call of Lambda, whatever the method is
            "Uri": invocation(function_id(function)),
        },
    }
    name = path_id(route.path, f"{route.method.capitalize()}Method")
    return Resource(name, "AWS::ApiGateway::Method", properties)


def authorizer_resources(api: RestApi, functions: Sequence[Function]) -> Iterator[Resource]:
    """What asks a function who a caller is, if the API has such."""
    for function in functions:
        if function.name != api.authorizer:
            continue
        properties: dict[str, Property] = {
            "Name": api.authorizer,
            "RestApiId": Attribute(API),
            "Type": "REQUEST",
            "IdentitySource": "method.request.header.Authorization",
            "AuthorizerUri": invocation(function_id(function)),
            # An answer that is kept is taken for other methods too, which its policy may not name.
            "AuthorizerResultTtlInSeconds": 0,
        }
        yield Resource(AUTHORIZER, "AWS::ApiGateway::Authorizer", properties)
        yield _permission(
            f"{AUTHORIZER}Permission",
            function_id(function),
            (Attribute(API), "/authorizers/", Attribute(AUTHORIZER)),
        )


def _permission(id: str, function: str, source: tuple[str | Attribute, ...]) -> Resource:
    properties: dict[str, Property] = {
        "FunctionName": Attribute(function, "Arn"),
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": Joined((f"{ARNS}:execute-api:{PLACE}:", *source)),
    }
    return Resource(id, "AWS::Lambda::Permission", properties)


def invocation(function: str) -> Joined:
    """The address at which an API calls a function. function: its logical name."""
    lambdas = f"{ARNS}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/"
    return Joined((lambdas, Attribute(function, "Arn"), "/invocations"))


def _any_value(path: str) -> str:
    """A path with any value for its parameters."""
    return re.sub(r"\{[^}]*\}", "*", path)
