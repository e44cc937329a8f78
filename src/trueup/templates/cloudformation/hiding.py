"""Hiding: the parts of a template that may make, change or hold tables unseen.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..documents.nodes import Node
from ..template import Resolved, TemplateResource, Unresolved, unresolved
from .scope import quoted, shown_scalar

SAM = "AWS::Serverless-2016-10-31"
_EXPANDED = (SAM, "AWS::LanguageExtensions")
_HARMLESS = ("AWS::SecretsManager-", "AWS::CodeDeployBlueGreen", "AWS::ServiceCatalog")
"""Transforms that change no table."""
_HOLDERS = (
    "AWS::CloudFormation::StackSet",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
)
_MODULE = "::MODULE"
_CUSTOM = ("AWS::CloudFormation::CustomResource", "Custom::")
_TABLES = ("AWS::DynamoDB::", "AWS::Serverless::SimpleTable")


def transforms(parts: Mapping[str, Node]) -> Iterator[str]:
    """The transforms of a whole template; one whose name is no text as it is written."""
    if "Fn::Transform" in parts:
        yield quoted(parts["Fn::Transform"])
    node = parts.get("Transform", Node((), 0))
    for one in node.value if isinstance(node.value, tuple) else (node,):
        value = one.value
        named = value["Name"] if isinstance(value, Mapping) and "Name" in value else one
        is_plain = not isinstance(named.value, Mapping | tuple)
        if named.value is not None:
            yield shown_scalar(named.value) if is_plain else quoted(one)


def macros(names: Iterable[str]) -> dict[str, str]:
    """The transforms that may change anything, with why."""
    why = "what the transform makes of the template is not known"
    return {
        f"Transform {name}": unresolved(f"Transform {name}", why).why
        for name in names
        if name not in _EXPANDED and not name.startswith(_HARMLESS)
    }


def hiding(resources: Iterable[TemplateResource]) -> Iterator[tuple[str, str]]:
    """The ids of resources that may hold tables, or change some, with why."""
    listed = list(resources)
    tables = {one.id for one in listed if one.type.startswith(_TABLES)}
    for one in listed:
        if one.type in _HOLDERS or one.type.endswith(_MODULE):
            yield one.id, f"which tables {one.id} makes is not read of {one.type}"
        elif one.type.startswith(_CUSTOM) and _is_of_tables(one, tables):
            yield one.id, f"what {one.id}, of {one.type}, makes of tables is not known"


def _is_of_tables(custom: TemplateResource, tables: set[str]) -> bool:
    """Whether a custom resource speaks of DynamoDB, or of tables beside it."""
    return "dynamodb" in custom.type.lower() or _names(custom.properties, tables)


def _names(value: Resolved, tables: set[str]) -> bool:
    if isinstance(value, Unresolved):
        return value.resource in tables or "dynamodb" in value.expression.lower()
    if isinstance(value, Mapping):
        return any(_names(one, tables) for one in value.values())
    if isinstance(value, str):
        return "dynamodb" in value.lower()
    return isinstance(value, list) and any(_names(one, tables) for one in value)
