"""Events of functions: what SAM has for the resources that call one.

Sources:
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-dynamodb.html
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from ...._dataclass import dataclass
from ...values import Attribute, Joined, Property, Resource, Stack

_MAPPING = "AWS::Lambda::EventSourceMapping"
_PERMISSION = "AWS::Lambda::Permission"
_METHOD = "AWS::ApiGateway::Method"
_PATH = "AWS::ApiGateway::Resource"
_ELSEWHERE = ("EventSourceArn", "FunctionName", "Tags")


@dataclass(frozen=True, slots=True)
class Event:
    """An event. function: the id of the one that it calls. resource: the id of what it stands for.
    made: the id of what SAM makes of it."""

    function: str
    resource: str
    made: str
    body: Property


def events_of(stack: Stack, functions: Collection[str]) -> Iterator[Event]:
    """The events of functions: the streams of tables, and the routes of an API."""
    routes = dict(_routes(stack.resources))
    for one in stack.resources:
        function = _named(one.properties.get("FunctionName"))
        if function not in functions:
            continue
        if one.type == _MAPPING and _is_of_table(one):
            yield Event(function, one.id, f"{function}{one.id}", _of_stream(one))
        if one.type == _PERMISSION:
            route = routes.get((function, _end(one.properties.get("SourceArn"))))
            if route is not None:
                yield Event(function, one.id, f"{function}{one.id}PermissionStage", route)


def _named(value: Property | None) -> str:
    return value.resource if isinstance(value, Attribute) else ""


def _is_of_table(mapping: Resource) -> bool:
    source = mapping.properties.get("EventSourceArn")
    return isinstance(source, Attribute) and source.name == "StreamArn"


def _of_stream(mapping: Resource) -> Property:
    properties = {name: one for name, one in mapping.properties.items() if name not in _ELSEWHERE}
    stream = mapping.properties["EventSourceArn"]
    return {"Type": "DynamoDB", "Properties": {"Stream": stream, **properties}}


def _routes(resources: Collection[Resource]) -> Iterator[tuple[tuple[str, str], Property]]:
    """The routes that functions answer, by the function and how the ARN of a call of it ends."""
    places = {one.id: one for one in resources if one.type == _PATH}
    for one in resources:
        target = _integrated(one) if one.type == _METHOD else ""
        if target:
            path = _path(one.properties["ResourceId"], places) or "/"
            method = str(one.properties["HttpMethod"])
            event: Mapping[str, Property] = {
                "Path": path,
                "Method": method,
                "RestApiId": one.properties["RestApiId"],
            }
            end = f"{method}{re.sub(r'{[^}]*}', '*', path)}"
            yield (target, end), {"Type": "Api", "Properties": event}


def _integrated(method: Resource) -> str:
    """The function that answers a method."""
    integration = method.properties.get("Integration")
    uri = integration.get("Uri") if isinstance(integration, Mapping) else None
    parts = uri.parts if isinstance(uri, Joined) else ()
    return next((one.resource for one in parts if isinstance(one, Attribute)), "")


def _path(place: Property, places: Mapping[str, Resource]) -> str:
    """The path of a place in an API, whose root has none."""
    found = places.get(_named(place))
    if found is None:
        return ""
    return f"{_path(found.properties['ParentId'], places)}/{found.properties['PathPart']}"


def _end(arn: Property | None) -> str:
    """The method and the path at the end of the ARN of a call: `/v1/GET/jobs/*`."""
    last = arn.parts[-1] if isinstance(arn, Joined) else ""
    return last.lstrip("/").partition("/")[2] if isinstance(last, str) else ""
