"""A stack in Terraform's JSON syntax, for the provider `hashicorp/aws`.

Sources:
    https://developer.hashicorp.com/terraform/language/syntax/json
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...resources.alarms import ALARM, COMPOSITE
from ...resources.tables import TABLE
from ...values import Output, Parameter, Resource, Stack
from .tables import table_parts
from .values import Addresses, Part, label, renamed

_KINDS = {
    TABLE: "aws_dynamodb_table",
    ALARM: "aws_cloudwatch_metric_alarm",
    COMPOSITE: "aws_cloudwatch_composite_alarm",
}
_CURRENT: dict[str, Any] = {
    name: {"current": {}} for name in ("aws_caller_identity", "aws_partition", "aws_region")
}


def terraform(stack: Stack) -> dict[str, Any]:
    """The configuration, as plain values in the order of the stack."""
    addresses = Addresses(
        {one.id: f"{_KINDS[one.type]}.{label(one.id)}" for one in stack.resources}
    )
    resources: dict[str, dict[str, Any]] = {}
    for resource in stack.resources:
        for kind, name, body in _parts(resource, addresses):
            resources.setdefault(kind, {})[name] = body
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "variable": {label(one.name): _variable(one) for one in stack.parameters},
        "data": _CURRENT,
        "resource": resources,
        "output": {label(one.id): _output(one, addresses) for one in stack.outputs},
    }


def _parts(resource: Resource, addresses: Addresses) -> Iterator[Part]:
    """A resource, and those that the provider has for parts of it."""
    name = label(resource.id)
    if resource.type == TABLE:
        first, *others = table_parts(resource, addresses)
    else:
        first, *others = [(_KINDS[resource.type], name, _alarm(resource, addresses))]
    kind, name, body = first
    if resource.depends_on:
        body["depends_on"] = [addresses.of[one] for one in resource.depends_on]
    yield kind, name, body
    yield from others


def _alarm(alarm: Resource, addresses: Addresses) -> dict[str, Any]:
    """An alarm, whose arguments have the names of the API, in another case."""
    body = renamed(alarm.properties, addresses, {"OKActions": "ok_actions"})
    if "dimensions" in body:
        body["dimensions"] = _named(body["dimensions"])
    queries = body.pop("metrics", None)
    if queries is not None:
        body["metric_query"] = [_query(query) for query in queries]
    return body


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    if "metric_stat" not in query:
        return {**query, "return_data": True}
    stated = query["metric_stat"]
    metric = {**stated["metric"], "stat": stated["stat"], "period": stated["period"]}
    metric["dimensions"] = _named(metric["dimensions"])
    return {"id": query["id"], "return_data": False, "metric": [metric]}


def _named(dimensions: list[Mapping[str, str]]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in dimensions}


def _variable(parameter: Parameter) -> dict[str, str]:
    default = {"default": parameter.default} if parameter.default else {}
    return {"type": "string", "description": parameter.description, **default}


def _output(output: Output, addresses: Addresses) -> dict[str, Any]:
    return {"description": output.description, "value": addresses.plain(output.value)}
