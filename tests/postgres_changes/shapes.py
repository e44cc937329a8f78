"""Tables as values that a case changes: fields, indexes and settings; layers are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import Field, create_model

from trueup import Index, Layer, Model, Relational, Table

MISSING: Any = object()


@dataclass(frozen=True)
class Shape:
    """A table. fields: by name, the annotation and the default; MISSING for none.

    described: descriptions of fields, and of the table under the empty name.
    """

    fields: Mapping[str, tuple[Any, Any]]
    relational: Mapping[str, Any] = field(default_factory=dict)
    indexes: tuple[Index, ...] = ()
    described: Mapping[str, str] = field(default_factory=dict)
    expires: str = ""
    key: str = "id"
    sort: str | None = None

    def field(self, name: str, annotation: Any, default: Any = MISSING) -> Shape:
        """The shape with another field, or with that one as said here."""
        return replace(self, fields={**self.fields, name: (annotation, default)})

    def rename(self, before: str, after: str) -> Shape:
        """The shape with another name of a field, at its place."""
        fields = {after if one == before else one: said for one, said in self.fields.items()}
        key = after if self.key == before else self.key
        said = {after if one == before else one: text for one, text in self.described.items()}
        return replace(self, fields=fields, key=key, described=said)

    def by(self, key: str, sort: str | None = None) -> Shape:
        """The shape with another key."""
        return replace(self, key=key, sort=sort)

    def without(self, *names: str) -> Shape:
        """The shape without fields, and without all settings that name them."""
        fields = {name: value for name, value in self.fields.items() if name not in names}
        return replace(self, fields=fields)

    def set(self, **settings: Any) -> Shape:
        """The shape with other settings."""
        return replace(self, relational={**self.relational, **settings})

    def also(self, setting: str, *more: Any) -> Shape:
        """The shape with more in a list of its settings, or in a mapping."""
        before = self.relational.get(setting, ())
        if isinstance(before, Mapping):
            return self.set(**{setting: {**before, **more[0]}})
        return self.set(**{setting: [*before, *more]})

    def no(self, setting: str, name: str) -> Shape:
        """The shape without what has that name in a list of its settings, or in a mapping."""
        before = self.relational[setting]
        if isinstance(before, Mapping):
            return self.set(**{setting: {key: one for key, one in before.items() if key != name}})
        return self.set(**{setting: [one for one in before if name not in _names(one)]})

    def describe(self, name: str, text: str) -> Shape:
        """The shape with a description."""
        return replace(self, described={**self.described, name: text})

    def table(self, name: str) -> Table[Any]:
        """The declared table."""
        fields: dict[str, Any] = {}
        for one, (annotation, default) in self.fields.items():
            said = self.described.get(one)
            given = ... if default is MISSING else default
            fields[one] = (annotation, Field(given, description=said) if said else given)
        model = create_model(name.title(), __base__=Model, **fields)
        return Table(
            name,
            model,
            partition=self.key,
            sort=self.sort,
            indexes=list(self.indexes),
            description=self.described.get("", ""),
            relational=Relational(**self.relational),
        )


def _names(one: Any) -> set[str]:
    found = {getattr(one, part, "") for part in ("name", "field", "table")}
    fields = getattr(one, "fields", ())
    found.add(fields if isinstance(fields, str) else "-".join(fields))
    return found if not isinstance(one, str) else {one}


Shapes = Mapping[str, Shape]


def layer_of(shapes: Shapes) -> Layer:
    """The layer of tables of these shapes."""
    tables = [shape.table(name) for name, shape in shapes.items()]
    return Layer("matrix", target="postgres", tables=tables)
