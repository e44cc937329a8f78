"""All resources of a layer's REST API, and what others read of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....model.declarations.functions import Function
from ....model.declarations.infrastructure.api import RestApi
from ...values import Attribute, Joined, Output, Resource
from .methods import authorizer_resources, method_resources, path_resources
from .names import API, api_name
from .plans import key_id, plan_resources
from .stage import api_resource, deployment_resource, stage_resources


def api_resources(
    api: RestApi, functions: Sequence[Function], stage: str, tags: Mapping[str, str]
) -> Iterator[Resource]:
    """The API with its methods, stage, keys and plans.

    functions: those of the layer. stage: of the layer, empty for none.
    """
    name = api_name(api, stage)
    tagged = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
    methods = [
        *path_resources(functions),
        *authorizer_resources(api, functions),
        *method_resources(api, functions),
    ]
    yield api_resource(api, name, tagged)
    yield from methods
    deployment = deployment_resource(methods)
    yield deployment
    yield from stage_resources(api, name, deployment, tagged)
    yield from plan_resources(api, name, functions, tagged)


def api_outputs(api: RestApi) -> Iterator[Output]:
    """The address of the API, and the identifiers of its keys, by which AWS tells their values."""
    host = ".execute-api.${AWS::Region}.${AWS::URLSuffix}"
    url = Joined(("https://", Attribute(API), f"{host}/{api.stage}"))
    yield Output("ApiUrl", url, "The address of the API")
    yield Output("ApiId", Attribute(API), "The identifier of the API")
    for plan in api.plans:
        for client in plan.clients:
            said = f"The identifier of the key of {client}, which its calls are known by"
            yield Output(f"{key_id(client)}Id", Attribute(key_id(client)), said)
