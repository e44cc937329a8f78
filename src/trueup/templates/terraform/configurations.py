"""Configurations in Terraform's JSON syntax, with their variables, and no more of the language.

Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..._dataclass import dataclass
from ..documents.nodes import Node
from ..template import Resolved, unresolved
from .instances import Instance, plain

_EXPRESSION = re.compile(r"(?<!\$)\$\{([^{}]*)\}")
_VARIABLE = re.compile(r"(var|local)\.([\w-]+)")
_ATTRIBUTE = re.compile(r"(\w+\.[\w-]+)\.(\w+)")
_SIGNS = ("${", "%{")
_MOST_STEPS = 20
_NAMED_BY_ID = "aws_dynamodb_table."
"""The resources whose id is their name."""
_PLACES = (
    (re.compile(r"data\.aws_partition\.\w+\.(partition|id)"), "${AWS::Partition}"),
    (re.compile(r"data\.aws_region\.\w+\.(region|name|id)"), "${AWS::Region}"),
    (re.compile(r"data\.aws_caller_identity\.\w+\.(account_id|id)"), "${AWS::AccountId}"),
)
"""What AWS fills in, in CloudFormation's words, as in all that is read."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """variables, locals: by name. names: of tables, by the address of the resource."""

    variables: Mapping[str, Resolved]
    locals: Mapping[str, Resolved]
    resources: Mapping[str, Mapping[str, Node]]

    def value(self, value: Resolved, steps: int = 0) -> Resolved:
        """A value, with the expressions in it that can be resolved."""
        if isinstance(value, str):
            return self._text(value, steps)
        if isinstance(value, Mapping):
            return {name: self.value(one, steps) for name, one in value.items()}
        if isinstance(value, list):
            return [self.value(one, steps) for one in value]
        return value

    def _text(self, text: str, steps: int) -> Resolved:
        whole = _EXPRESSION.fullmatch(text)
        if whole:
            return self._expression(whole[1].strip(), steps)
        parts: list[str] = []
        at = 0
        for match in _EXPRESSION.finditer(text):
            found = self._expression(match[1].strip(), steps)
            if not isinstance(found, str | int | float):
                return unresolved(text, f"{match[1]} is not known here")
            parts += [text[at : match.start()], str(found)]
            at = match.end()
        rest = text[at:]
        if any(sign in _EXPRESSION.sub("", text).replace(sign[0] + sign, "") for sign in _SIGNS):
            return unresolved(text, "the expression is not evaluated here")
        return "".join([*parts, rest]).replace("$${", "${").replace("%%{", "%{")

    def _expression(self, expression: str, steps: int) -> Resolved:
        quoted = "${" + expression + "}"
        if steps > _MOST_STEPS:
            return unresolved(quoted, "it leads through too many others")
        for place, name in _PLACES:
            if place.fullmatch(expression):
                return name
        variable = _VARIABLE.fullmatch(expression)
        if variable:
            known = self.variables if variable[1] == "var" else self.locals
            if variable[2] not in known:
                return unresolved(quoted, f"give it by --parameter {variable[2]}=…")
            return self.value(known[variable[2]], steps + 1)
        attribute = _ATTRIBUTE.fullmatch(expression)
        if attribute and attribute[1] in self.resources and _is_name(*attribute.groups()):
            named = self.resources[attribute[1]].get("name")
            if named is not None:
                return self.value(plain(named), steps + 1)
        if attribute and attribute[1] in self.resources:
            return unresolved(
                quoted,
                "it is known after apply",
                resource=attribute[1],
                attribute=attribute[2],
            )
        return unresolved(quoted, "it is not known here")


def _is_name(resource: str, attribute: str) -> bool:
    """Whether an attribute of a resource is its name."""
    return attribute == "name" or (attribute == "id" and resource.startswith(_NAMED_BY_ID))


def configured(document: Node, parameters: Mapping[str, str]) -> Iterator[Instance]:
    """The resources of a configuration. One of an unknown number stands once, as `name[*]`."""
    found = _configuration(document, parameters)
    for address, arguments in found.resources.items():
        kind = address.partition(".")[0]
        given = {name: plain(node) for name, node in arguments.items()}
        many = any(name in given for name in ("count", "for_each"))
        yield Instance(
            address + ("[*]" if many else ""),
            kind,
            {name: found.value(value) for name, value in given.items() if name != "//"},
            {name: _referred(value) for name, value in given.items()},
            min((node.line for node in arguments.values()), default=0),
            {name: node.line for name, node in arguments.items()},
        )


def _configuration(document: Node, parameters: Mapping[str, str]) -> Configuration:
    variables: dict[str, Resolved] = {}
    for name, declared in _below(document, "variable").items():
        if isinstance(declared.value, Mapping) and "default" in declared.value:
            variables[name] = plain(declared.value["default"])
    variables |= parameters
    resources = {
        f"{kind}.{name}": arguments.value
        for kind, named in _below(document, "resource").items()
        for name, arguments in _merged_blocks(named).items()
        if isinstance(arguments.value, Mapping)
    }
    known = {name: plain(value) for name, value in _below(document, "locals").items()}
    return Configuration(variables, known, resources)


def _below(document: Node, name: str) -> Mapping[str, Node]:
    top = document.value
    found = top.get(name) if isinstance(top, Mapping) else None
    return _merged_blocks(found) if found is not None else {}


def _merged_blocks(node: Node) -> Mapping[str, Node]:
    """A block, or several in a list, as one mapping."""
    if isinstance(node.value, Mapping):
        return node.value
    if isinstance(node.value, tuple):
        return {name: one for part in node.value for name, one in _merged_blocks(part).items()}
    return {}


def _referred(value: Resolved) -> list[str]:
    if isinstance(value, str):
        return [match.strip() for match in _EXPRESSION.findall(value)]
    return []
