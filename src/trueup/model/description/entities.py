"""How the items of each entity of a shared table are known: by a name, or by their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from ..declarations.entities import Entity, entity_of
from ..declarations.fields import template_of
from ..declarations.table import Table


def aliases_of(table: Table[Any]) -> dict[str, str]:
    """The further names of entities, to their names."""
    entities = map(entity_of, table.entities)
    return {alias: one.stored_name for one in entities for alias in one.aliases}


def begins_of(table: Table[Any], attributes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """How the keys of each entity begin, by attribute; without those that say nothing of it.

    attributes: fields to attributes.
    """
    found = {}
    for entity in map(entity_of, table.entities):
        begins = _begins(table, entity)
        if begins:
            named = {attributes[name]: text for name, text in begins.items()}
            found[entity.stored_name] = named
    return found


def _begins(table: Table[Any], entity: Entity[Any]) -> dict[str, str]:
    """What is declared; where items carry no name, else what composed keys say."""
    if entity.begins or table.discriminator:
        return dict(entity.begins)
    found = {}
    for name in _key(table):
        field = entity.model.model_fields.get(name)
        template = template_of(field) if field is not None else None
        if template is not None and template.literals[0]:
            found[name] = template.literals[0]
    return found


def _key(table: Table[Any]) -> tuple[str, ...]:
    return (table.partition, table.sort) if table.sort else (table.partition,)


def entity_problems(table: Table[Any]) -> Iterator[str]:
    """The problems of a table's entities together."""
    entities = [entity_of(one) for one in table.entities]
    names = [name for one in entities for name in (one.stored_name, *one.aliases)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two entities are called {name!r}, which is how items name their entity"
    models = [one.model for one in entities]
    for model in sorted({one.__name__ for one in models if models.count(one) > 1}):
        yield f"{model} is declared as two entities"
    if "" in names:
        yield "an entity has an empty alias; leave it out"
    for entity in entities:
        yield from _key_problems(table, entity)
    if not table.discriminator and any(entity.aliases or entity.name for entity in entities):
        yield "entities have names, and discriminator= says that items carry none"
    for one, other in combinations(entities, 2):
        if _may_be_alike(_begins(table, one), _begins(table, other)):
            yield (
                f"the keys of {one.model.__name__} and of {other.model.__name__} begin alike, so "
                "that an item without a name could be either; say more in begins="
            )


def _key_problems(table: Table[Any], entity: Entity[Any]) -> Iterator[str]:
    what = f"begins= of {entity.model.__name__}"
    for name, text in entity.begins.items():
        if name not in _key(table):
            yield f"{what} names {name!r}, which is no field of the primary key"
            continue
        field = entity.model.model_fields.get(name)
        template = template_of(field) if field is not None else None
        if not text:
            yield f"{what} says nothing of {name!r}"
        elif template is not None and not template.could_begin(text):
            yield f"{what}: {name!r} is composed as {template.text!r}, and never begins so"
    if table.entities and not table.discriminator and not _begins(table, entity):
        yield (
            f"nothing tells items of {entity.model.__name__}: name a discriminator=, compose its "
            "key with a text in front, or give Entity(..., begins={...})"
        )


def _may_be_alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether some key begins in both ways."""
    return bool(one and other) and not any(
        not text.startswith(other[name]) and not other[name].startswith(text)
        for name, text in one.items()
        if name in other
    )
