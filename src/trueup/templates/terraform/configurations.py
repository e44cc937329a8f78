"""Configurations in Terraform's JSON syntax, with their variables, and no more of the language.

Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..._dataclass import dataclass
from ...schema.facts import Unknown
from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, unresolved
from .instances import Instance, blocks, first_block, plain
from .variables import given_beside

_EXPRESSION = re.compile(r"(?<!\$)\$\{([^{}]*)\}")
_VARIABLE = re.compile(r"(var|local)\.([\w-]+)")
_ATTRIBUTE = re.compile(r"(\w+\.[\w-]+)\.(\w+)")
_SIGNS = ("${", "%{")
_FOLLOWING = ("read_capacity", "write_capacity", "global_secondary_index")
"""The arguments with units, which scaling moves."""
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
            found = {name: self.value(one, steps) for name, one in value.items()}
            return {**found, **dict(_made(value))}
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


def variables_of(document: Node, file: str, parameters: Mapping[str, str]) -> dict[str, Resolved]:
    """The values in force of the variables that a configuration declares, by name."""
    known = _configuration(document, file, parameters).variables
    missing = "the variable has no value"
    return {
        name: known[name] if name in known else unresolved(f"${{var.{name}}}", missing)
        for name in _below(document, "variable")
    }


def _is_name(resource: str, attribute: str) -> bool:
    """Whether an attribute of a resource is its name."""
    return attribute == "name" or (attribute == "id" and resource.startswith(_NAMED_BY_ID))


def configured(document: Node, file: str, parameters: Mapping[str, str]) -> Iterator[Instance]:
    """The resources of a configuration. One of an unknown number stands once, as `name[*]`.

    Raises DeclarationError (invalid-template) for a resource that is there twice, and for values of
    variables beside the file that cannot be read.
    """
    found = _configuration(document, file, parameters)
    scales = any(one.startswith("aws_appautoscaling_target.") for one in found.resources)
    tags = found.value(_default_tags(document))
    for address, arguments in found.resources.items():
        kind = address.partition(".")[0]
        given = {name: plain(node) for name, node in arguments.items()}
        many = any(name in given for name in ("count", "for_each"))
        said = {name: found.value(value) for name, value in given.items() if name != "//"}
        said = {**said, **dict(_made(given)), **dict(_ignored(given, scales=scales))}
        if kind == "aws_dynamodb_table" and tags:
            said["tags"] = _over(tags, said.get("tags"))
        yield Instance(
            address + ("[*]" if many else ""),
            kind,
            said,
            {name: _referred(value) for name, value in given.items()},
            min((node.line for node in arguments.values()), default=0),
            {name: node.line for name, node in arguments.items()},
            doubt=_doubt(given),
        )


def _made(given: Mapping[str, Resolved]) -> Iterator[tuple[str, Resolved]]:
    """The blocks that `dynamic` makes, of which it is not known how many there are."""
    for part in blocks(given.get("dynamic")):
        for name, block in part.items():
            if any("content" in one or "for_each" in one for one in blocks(block)):
                yield name, unresolved(f"dynamic {name}", "how many blocks it makes is not known")


def _ignored(given: Mapping[str, Resolved], *, scales: bool) -> Iterator[tuple[str, Resolved]]:
    """The arguments that Terraform leaves as they are. scales: whether units follow the load, for
    which Terraform has to leave them."""
    block = first_block(given.get("lifecycle")) or {}
    listed = block.get("ignore_changes")
    for one in listed if isinstance(listed, list) else ():
        name = re.match(r"\w*", str(one))
        if name and not (scales and name[0] in _FOLLOWING):
            yield name[0], unresolved(f"ignore_changes {one}", "Terraform leaves it as it is")


def _doubt(given: Mapping[str, Resolved]) -> Unknown | None:
    """Why it is not known where a resource is, or what of it is in force."""
    block = first_block(given.get("lifecycle")) or {}
    if block.get("ignore_changes") in ("all", ["all"]):
        return unresolved("ignore_changes all", "Terraform leaves all of it as it is")
    provider = given.get("provider")
    named = provider.strip("${} ") if isinstance(provider, str) else ""
    if "." not in named:
        return None
    return unresolved(f"provider {named}", "it may be one of another region or account")


def _default_tags(document: Node) -> Resolved:
    """The tags that the default provider of AWS gives to all resources."""
    for kind, node in _entries(_part(document, "provider")):
        for one in blocks(plain(node)) if kind == "aws" else ():
            if "alias" not in one:
                return (first_block(one.get("default_tags")) or {}).get("tags")
    return None


def _over(common: Resolved, own: Resolved) -> Resolved:
    """A resource's tags, and those of all where it has none."""
    for tags in (common, own):
        if isinstance(tags, Unknown):
            return tags
    return {**(first_block(common) or {}), **(first_block(own) or {})}


def _configuration(document: Node, file: str, parameters: Mapping[str, str]) -> Configuration:
    variables: dict[str, Resolved] = {}
    for name, declared in _below(document, "variable").items():
        if isinstance(declared.value, Mapping) and "default" in declared.value:
            variables[name] = plain(declared.value["default"])
    variables |= given_beside(Path(file))
    variables |= parameters
    resources: dict[str, Mapping[str, Node]] = {}
    lines: dict[str, int] = {}
    for kind, named in _entries(_part(document, "resource")):
        for name, body in _entries(named):
            address = f"{kind}.{name}"
            for one in body.value if isinstance(body.value, tuple) else (body,):
                if address in resources:
                    told = f"the resource {address} is there twice, first in line {lines[address]}"
                    raise refused(told, file, one.line)
                if isinstance(one.value, Mapping):
                    resources[address], lines[address] = one.value, one.line
    known = {name: plain(value) for name, value in _below(document, "locals").items()}
    return Configuration(variables, known, resources)


def _below(document: Node, name: str) -> Mapping[str, Node]:
    """The blocks of a kind by their label; one that stands in a list is taken out of it."""
    return {label: _only(node) for label, node in _entries(_part(document, name))}


def _only(node: Node) -> Node:
    return node.value[0] if isinstance(node.value, tuple) and len(node.value) == 1 else node


def _part(document: Node, name: str) -> Node:
    top = document.value
    return top[name] if isinstance(top, Mapping) and name in top else Node((), 0)


def _entries(node: Node) -> Iterator[tuple[str, Node]]:
    """The entries of a block, or of several in a list, one of a name after the other."""
    if isinstance(node.value, Mapping):
        yield from node.value.items()
    elif isinstance(node.value, tuple):
        for part in node.value:
            yield from _entries(part)


def _referred(value: Resolved) -> list[str]:
    if isinstance(value, str):
        return [match.strip() for match in _EXPRESSION.findall(value)]
    return []
