"""A stack in Terraform's JSON syntax, for the provider `hashicorp/aws`.

Sources:
    https://developer.hashicorp.com/terraform/language/syntax/json
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...._kinds import checks_kinds
from ....errors import Place, UnsupportedByEngine
from ...values import Output, Parameter, Resource, Stack
from ..labels import label
from ..references import referred
from .api import API
from .database import DATABASE
from .functions import FUNCTIONS
from .kinds import Kind, Made, merged
from .network import NETWORK
from .tables import TABLES
from .values import Addresses, Part
from .watching import WATCHING, scaled_arguments

KINDS: Mapping[str, Kind] = merged((TABLES, FUNCTIONS, API, DATABASE, NETWORK, WATCHING))
"""Every type that Terraform can be written of."""
_PROVIDER = {"source": "hashicorp/aws", "version": ">= 5.100"}
_DATA: Mapping[str, Mapping[str, Any]] = {
    "aws_availability_zones": {"state": "available"},
    "aws_caller_identity": {},
    "aws_partition": {},
    "aws_region": {},
}


@checks_kinds(fix="give a stack: stack_of(layer, names)")
def terraform(stack: Stack) -> dict[str, Any]:
    """The configuration, as plain values in the order of the stack.

    Raises UnsupportedByEngine for a type, a property or an attribute that it has no words for.
    """
    written = _Written(stack)
    resources: dict[str, dict[str, Any]] = {}
    data: dict[str, dict[str, Any]] = {}
    for resource in stack.resources:
        for kind, name, body in written.parts(resource):
            found = data if kind.startswith("data.") else resources
            found.setdefault(kind.removeprefix("data."), {})[name] = body
    outputs = {label(one.id): _output(one, written.addresses) for one in stack.outputs}
    text = json.dumps([resources, outputs])
    data |= {
        name: {"current": dict(body), **data.get(name, {})}
        for name, body in _DATA.items()
        if f"data.{name}.current" in text
    }
    sections = {
        "terraform": {"required_providers": {"aws": _PROVIDER}},
        "variable": {label(one.name): _variable(one) for one in stack.parameters},
        "data": data,
        "resource": resources,
        "output": outputs,
    }
    return {name: section for name, section in sections.items() if section}  # none may be empty


def kind_of(resource: Resource) -> Kind:
    """What a resource is in Terraform. Raises UnsupportedByEngine for a type without one."""
    kind = KINDS.get(resource.type)
    if kind is None:
        raise UnsupportedByEngine(
            f"Trueup has no words of Terraform for {resource.type}",
            where=Place(note=f"resource {resource.id}"),
            fix="deploy the layer by CloudFormation, SAM or CDK, or write the resource by hand",
        )
    return kind


class _Written:
    """The resources of a stack while it is written: each knows the parts of the others."""

    def __init__(self, stack: Stack) -> None:
        self._kinds = {one.id: kind_of(one) for one in stack.resources}
        self.addresses = Addresses(
            {
                one.id: (f"{self._kinds[one.id].name}.{label(one.id)}", self._kinds[one.id])
                for one in stack.resources
            }
        )
        self._scaled = scaled_arguments(stack.resources)
        self._made = {one.id: self._make(one) for one in stack.resources}
        self._parts = {name: list(self._kinds[name].parts(one)) for name, one in self._made.items()}

    def _make(self, resource: Resource) -> Made:
        given = self.addresses.plain(resource.properties)
        return Made(self._kinds[resource.id].name, label(resource.id), given)

    def parts(self, resource: Resource) -> Iterator[Part]:
        """A resource, and those that the provider has for parts of it."""
        kind, made = self._kinds[resource.id], self._made[resource.id]
        body = kind.body(made.given)
        if resource.is_kept:
            body["lifecycle"] = {**body.get("lifecycle", {}), "prevent_destroy": True}
        else:
            body |= kind.deleted
        if resource.id in self._scaled:  # Terraform would set back what follows the load
            body["lifecycle"] = {
                **body.get("lifecycle", {}),
                "ignore_changes": self._scaled[resource.id],
            }
        if after := list(dict.fromkeys(self._awaited(resource))):
            body["depends_on"] = after
        yield kind.name, made.name, body
        yield from self._parts[resource.id]

    def _awaited(self, resource: Resource) -> Iterator[str]:
        """What is made before it, beyond what its references say."""
        yield from (self.addresses.of[name][0] for name in resource.depends_on)
        for name in (*resource.depends_on, *referred(resource)):
            if self._kinds[name].waits:
                yield from (
                    f"{kind}.{part}"
                    for kind, part, _ in self._parts[name]
                    if not kind.startswith("data.")
                )


def _variable(parameter: Parameter) -> dict[str, str]:
    default = {"default": parameter.default} if parameter.default else {}
    return {"type": "string", "description": parameter.description, **default}


def _output(output: Output, addresses: Addresses) -> dict[str, Any]:
    return {"description": output.description, "value": addresses.plain(output.value)}
