"""The problems of former names: of columns, of enum types, and of their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..declarations.relational import Relational
from ..translation.constraints import choices_of
from .fields import TableFields


def rename_problems(fields: TableFields, settings: Relational) -> Iterator[str]:
    """The former names that something has still, and the new ones that nothing has."""
    columns = [codec.attribute for codec in fields.by_name.values()]
    yield from _taken("renamed_from=", list(settings.renamed_from.values()), columns)
    types = list(settings.enums.values())
    for name in sorted(settings.enums_renamed_from.keys() - set(types)):
        yield f"relational: enums_renamed_from= names {name!r}, which is no type of enums="
    yield from _taken("enums_renamed_from=", list(settings.enums_renamed_from.values()), types)
    for type_, labels in settings.labels_renamed_from.items():
        said = f"labels_renamed_from= of {type_!r}"
        if type_ not in types:
            yield f"relational: {said}: it is no type of enums="
            continue
        choices = _labels(fields, settings, type_)
        for label in sorted(labels.keys() - set(choices)):
            yield f"relational: {said} names {label!r}, which is no value of its field"
        yield from _taken(said, list(labels.values()), choices)


def _taken(place: str, former: Sequence[str], present: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(former):
        if name in present:
            yield f"relational: {place} names {name!r}, which is declared still"
        elif former.count(name) > 1:
            yield f"relational: {place} names {name!r} twice"


def _labels(fields: TableFields, settings: Relational, type_: str) -> list[str]:
    """The labels of a type."""
    name = next(field for field, one in settings.enums.items() if one == type_)
    field = fields.table.model.model_fields.get(name)
    return [str(one) for one in choices_of(field.annotation)] if field else []
