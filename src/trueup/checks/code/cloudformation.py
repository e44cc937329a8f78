"""Tables of templates in CloudFormation or Terraform, as what is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import TrueupError
from ...templates.reading import read_template
from ...templates.template import Template, TemplateResource
from .files import TEMPLATES, Unread
from .uses import Declared, Keys, Site

_SIGNS = ("AWS::DynamoDB::", "AWS::Serverless::SimpleTable", "aws_dynamodb_table")


def is_template(path: Path, text: str) -> bool:
    """Whether a file may be a template with tables."""
    return path.name.endswith(TEMPLATES) and any(sign in text for sign in _SIGNS)


def tables_in(path: Path, shown: str) -> tuple[tuple[Declared, ...], Unread | None]:
    """The tables of a template, or why it could not be read."""
    try:
        template = read_template(path)
    except TrueupError as error:
        return (), Unread(shown, error.what)
    return tuple(_tables(template, shown)), None


def _tables(template: Template, shown: str) -> Iterator[Declared]:
    for resource in template.resources.values():
        if resource.type in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
            yield _table(resource, shown)


def _table(resource: TemplateResource, shown: str) -> Declared:
    properties: Mapping[str, Any] = resource.properties
    name = properties.get("TableName")
    indexes = [
        (str(one.get("IndexName")), _keys(one.get("KeySchema")))
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for one in _maps(properties.get(kind))
    ]
    stream = "StreamSpecification" in properties
    return Declared(
        name if isinstance(name, str) else "\0",
        Site(shown, resource.line),
        "cloudformation",
        _keys(properties.get("KeySchema")),
        tuple(indexes),
        stream,
    )


def _keys(schema: object) -> Keys | None:
    names = {str(one.get("KeyType")): str(one.get("AttributeName")) for one in _maps(schema)}
    return Keys(names["HASH"], names.get("RANGE")) if "HASH" in names else None


def _maps(value: object) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return [one for one in value if isinstance(one, Mapping)]
