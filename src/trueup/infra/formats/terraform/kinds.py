"""What a type of CloudFormation is in Terraform, as a value: a new type is a few lines of these."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any, TypeAlias

from ...._dataclass import dataclass
from ....errors import Place, UnsupportedByEngine
from ..labels import label
from .values import Part

Rule: TypeAlias = Callable[[Any], Iterable[tuple[str, Any]]]
"""From a property's value, with references written out, to arguments."""


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that is written. name: its label. given: its properties, in CloudFormation's
    names."""

    kind: str
    name: str
    given: Mapping[str, Any]

    def attribute(self, name: str) -> str:
        """A reference to an attribute of it, in Terraform's name."""
        return f"${{{self.kind}.{self.name}.{name}}}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of CloudFormation in Terraform.

    name: the kind of resource. ref: what `Ref` gives, `@` being the address. attributes: what
        `Fn::GetAtt` gives, likewise.
    rules: properties that are more than an argument whose name is in another case; a text is the
        argument's name.
    parts: resources of their own for what CloudFormation has in one.
    whole: gives the arguments from all properties at once, in place of rules.
    fixed: arguments that CloudFormation has no property for. deleted: those of a resource whose
        data is not kept.
    waits: whether what refers to it, or depends on it, also waits for its parts: a function for
        the policies of its role.
    """

    name: str
    ref: str = "${@.id}"
    attributes: Mapping[str, str] = field(default_factory=lambda: {"Arn": "${@.arn}"})
    rules: Mapping[str, Rule | str] = field(default_factory=dict)
    parts: Callable[[Made], Iterable[Part]] = lambda _made: ()
    whole: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    deleted: Mapping[str, Any] = field(default_factory=dict)
    waits: bool = False

    def body(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a resource."""
        if self.whole is not None:
            return self.whole(given)
        found = dict(self.fixed)
        for name, value in given.items():
            rule = self.rules.get(name, _COMMON.get(name, label(name)))
            found |= dict((renamed(rule) if isinstance(rule, str) else rule)(value))
        return found


def renamed(argument: str, **others: str) -> Rule:
    """One argument or block; names in it are in the other case, but for the irregular others."""
    return lambda value: [(argument, snake(value, others))]


def verbatim(argument: str) -> Rule:
    """One argument, the names in which are data: variables, dimensions."""
    return lambda value: [(argument, value)]


def as_json(argument: str) -> Rule:
    """One argument, whose value is a text in JSON."""
    return lambda value: [(argument, json_text(value))]


def json_text(value: Any) -> str:
    """A document as the text that an argument takes."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def spread(**arguments: str) -> Rule:
    """An argument for each part of the value that is named."""
    return lambda value: [(arguments[name], one) for name, one in value.items()]


def left_out(_value: Any) -> Iterable[tuple[str, Any]]:
    """Nothing here: parts have it, or Terraform does it by itself."""
    return ()


def number(argument: str) -> Rule:
    """A number that CloudFormation has as text."""
    return lambda value: [(argument, int(value) if str(value).isdigit() else value)]


def refused(what: str) -> Rule:
    """A property that the provider has no argument for."""

    def refuse(_value: Any) -> Iterable[tuple[str, Any]]:
        raise UnsupportedByEngine(
            f"Terraform's provider hashicorp/aws has no argument for {what}",
            where=Place(note="generate iac"),
            fix="leave it out, or deploy the layer by CloudFormation",
        )

    return refuse


def pairs(argument: str, name: str = "Key") -> Rule:
    """A mapping that CloudFormation has as a list of pairs, as tags are."""
    return lambda value: [(argument, {one[name]: one["Value"] for one in value})]


def snake(value: Any, others: Mapping[str, str]) -> Any:
    """A value whose names are in the other case, at all depths."""
    if isinstance(value, Mapping):
        return {others.get(one) or label(one): snake(part, others) for one, part in value.items()}
    return [snake(one, others) for one in value] if isinstance(value, list) else value


def merged(tables: Iterable[Mapping[str, Kind]]) -> dict[str, Kind]:
    """The kinds of several tables."""
    return {name: kind for table in tables for name, kind in table.items()}


_COMMON: Mapping[str, Rule] = {"Tags": pairs("tags")}
