"""What a template says of a table beside its resource: what becomes of it, and how it scales.

No live table tells either, so that only declarations and templates are compared by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from ..model.declarations.dynamodb import DynamoDB
from ..schema.engine import LiveTable
from ..schema.facts import Path, Unknown, Value
from ..schema.tables import TableSchema
from .template import Template, TemplateResource, Unresolved

Key: TypeAlias = tuple[str, str, str]
"""Table, index (empty for the table itself) and direction: what a scaling target is of."""
REMOVAL, SCALING = "removal", "scaling"
_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_SCALED = re.compile(r"table/(?P<table>.+?)(?:/index/(?P<index>[^/]+))?")
_WORD, _INDEX = re.compile(r"[\w.]+"), re.compile(r"/index/[\w.-]+")
_KEPT = ("Retain", "RetainExceptOnCreate")
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"""
_SILENT = ("terraform plan", "terraform state")
"""The forms that do not tell what becomes of a resource that is taken out."""


def declared_beside(schema: TableSchema, settings: DynamoDB) -> TableSchema:
    """A declared table with what only templates say of it: that it is kept, if it is protected."""
    facts = dict(schema.facts)
    removal = settings.removal or ("keep" if facts.get("deletion_protection") else None)
    if removal is not None:
        facts[REMOVAL] = removal
    if settings.billing != "provisioned":
        return replace(schema, facts=facts)
    bounds: dict[str, Value] = {"read": None, "write": None}
    bounds |= {name: f"{one.least} to {one.most}" for name, one in settings.scalings()}
    return _scaled(replace(schema, facts=facts), lambda _: dict(bounds))


def with_beside(live: LiveTable, resource: TemplateResource, template: Template) -> LiveTable:
    """A table of a template with the same facts, and where each of them stands."""
    schema, sources = live.schema, dict(live.sources)
    if template.form not in _SILENT or "DeletionPolicy" in resource.attributes:
        removal = _removal(resource)
        schema = replace(schema, facts={**schema.facts, REMOVAL: removal})
        sources[(REMOVAL,)] = resource.place_of()
    targets = list(scaled_targets(template))
    named = {key: (bounds, of.place_of()) for key, bounds, of in targets if key is not None}
    hidden: Value = None
    if any(key is None for key, _, _ in targets):
        hidden = Unknown("a scaling target does not tell whose it is")

    def bounds_of(index: str) -> dict[str, Value]:
        of = {name: (schema.name, index, name) for name in ("read", "write")}
        return {name: named[key][0] if key in named else hidden for name, key in of.items()}

    for (table, index, direction), (_, place) in named.items():
        if table == schema.name:
            path: Path = ("index", index) if index else ()
            sources[(*path, SCALING, direction)] = place
    return replace(live, schema=_scaled(schema, bounds_of), sources=sources)


def _scaled(schema: TableSchema, bounds_of: Callable[[str], Mapping[str, Value]]) -> TableSchema:
    """A schema with the bounds of the table, for which the name of the index is empty, and of each
    global index."""
    indexes = {
        name: one if one.is_local else replace(one, facts={**one.facts, SCALING: bounds_of(name)})
        for name, one in schema.indexes.items()
    }
    return replace(schema, indexes=indexes, facts={**schema.facts, SCALING: bounds_of("")})


def _removal(resource: TemplateResource) -> Value:
    """What becomes of the table when it is taken out, and of the old one when it is replaced."""
    taken, replaced = (
        resource.attributes.get(name, "Delete")
        for name in ("DeletionPolicy", "UpdateReplacePolicy")
    )
    if isinstance(taken, Unknown):
        return taken
    if taken not in _KEPT:
        return "drop"
    if isinstance(replaced, Unknown):
        return replaced
    return "keep" if replaced in _KEPT else "keep, but drop the one that a replacement leaves"


def scaled_targets(template: Template) -> Iterator[tuple[Key | None, Value, TemplateResource]]:
    """Whose each scaling target is, None if it does not tell; its bounds; and the target."""
    for one in template.resources.values():
        if one.type == _TARGET:
            place, dimension = (one.properties.get(n) for n in ("ResourceId", "ScalableDimension"))
            least, most = (one.properties.get(n) for n in ("MinCapacity", "MaxCapacity"))
            doubt = next((end for end in (least, most) if isinstance(end, Unknown)), None)
            if isinstance(place, Unresolved):
                place = _referred(place.expression, one.id, template)
            told = _SCALED.fullmatch(place) if isinstance(place, str) else None
            key = None
            if (
                told
                and isinstance(dimension, str)
                and bool(told["index"]) == (":index:" in dimension)
            ):
                direction = "read" if "ReadCapacity" in dimension else "write"
                key = (told["table"], told["index"] or "", direction)
            elif isinstance(place, str) and not told:
                continue  # of another service
            yield key, doubt or f"{least} to {most}", one


def _referred(expression: str, target: str, template: Template) -> str | None:
    """What an expression names by the only table in it, whose id stands for its name; None if it
    refers to none, or to several. target: the id of the resource that it is in."""
    stack = target[: target.rfind("/") + 1]
    words = (f"{stack}{word}" for word in _WORD.findall(expression))
    referred = {one for word in words for one in (word, word.rpartition(".")[0])}
    resources = (template.resources[one] for one in referred if one in template.resources)
    tables = [one.id for one in resources if one.type in _TABLES]
    if len(tables) != 1:
        return None
    index = _INDEX.search(expression)
    return f"table/{tables[0]}" + (index[0] if index else "")
