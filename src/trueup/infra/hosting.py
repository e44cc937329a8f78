"""What a layer declares as its infrastructure: an API, a PostgreSQL, and what is read of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..model.declarations.functions import Function
from ..model.declarations.layer import Layer
from .resources.api.api import api_outputs, api_resources
from .resources.functions import function_id
from .resources.postgres.network import network_parameters
from .resources.postgres.postgres import Reach, postgres_outputs, postgres_resources, reach_of
from .values import Attribute, Output, Parameter, Resource


def hosting_resources(
    layer: Layer, stage: str, tags: Mapping[str, str], *, is_protected: bool
) -> Iterator[Resource]:
    """The resources, those of the database first. is_protected: whether the stage keeps data."""
    declared = layer.infrastructure
    if declared and declared.database:
        yield from postgres_resources(
            declared.database, layer.name, stage, tags, is_protected=is_protected
        )
    if declared and declared.api:
        yield from api_resources(declared.api, layer.functions, stage, tags)


def hosting_outputs(layer: Layer, exports: str) -> Iterator[Output]:
    """Where the API and the database are, whose keys there are, and which functions are called by
    hand; never a key or a password.

    exports: what each is exported as, with its name for `{output}`.
    """
    declared = layer.infrastructure
    found = list(_names_of_called_by_hand(layer))
    if declared and declared.database:
        found += postgres_outputs()
    if declared and declared.api:
        found += api_outputs(declared.api)
    for one in found:
        yield replace(one, export=exports.replace("{output}", one.id))


def called_by_hand(layer: Layer) -> Iterator[Function]:
    """The functions that use the database and that nothing calls by itself: as nothing else reaches
    it, its migrations are such functions."""
    api = layer.infrastructure.api if layer.infrastructure else None
    for function in layer.functions:
        is_called = function.routes or function.changes or (api and api.authorizer == function.name)
        if function.database and not is_called:
            yield function


def _names_of_called_by_hand(layer: Layer) -> Iterator[Output]:
    for function in called_by_hand(layer):
        id = function_id(function)
        said = f"The name of the function {function.name}, which is called by hand"
        yield Output(f"{id}Name", Attribute(id), said)


def hosting_parameters(layer: Layer) -> tuple[Parameter, ...]:
    """What is given on deployment."""
    declared = layer.infrastructure
    return network_parameters(declared.database) if declared and declared.database else ()


def reach_of_database(layer: Layer) -> Reach | None:
    """What functions have that use the layer's PostgreSQL; None if it has none."""
    declared = layer.infrastructure
    return reach_of(declared.database) if declared and declared.database else None
