"""What a template says of a table beside its resource: what becomes of it, and how it scales.

No live table tells either, so that only declarations and templates are compared by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..model.declarations.dynamodb import DynamoDB
from ..schema.engine import LiveTable
from ..schema.facts import Path, Unknown, Value
from ..schema.tables import TableSchema
from .scaling import scaled_targets, shown
from .template import Template, TemplateResource

REMOVAL, SCALING = "removal", "scaling"
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
    bounds |= {
        name: shown(one.least, one.most, one.target_percent) for name, one in settings.scalings()
    }
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
