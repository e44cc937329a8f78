"""From a declaration to its checked description, with every problem found on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal, Protocol

from pydantic import BaseModel

from ..._dataclass import dataclass
from ...errors import DeclarationError, Place
from ...expressions.values import Kind
from ..declarations.base import Model
from ..declarations.dynamodb import DynamoDB
from ..declarations.fields import EXPIRES, LOGGABLE, MARKERS, VERSION, Marker, has_marker
from ..declarations.indexes import Index
from ..declarations.patterns import AccessPattern
from ..declarations.physical import PhysicalName
from ..declarations.relational import Relational
from ..declarations.stream import STREAM_VIEWS, StreamView
from ..translation.encode import FieldCodec, field_codecs
from ..translation.shapes import Scalar, kind_of_shape
from .answerable import unanswerable
from .round_trip import unreadable_fields
from .tables import Attribute, IndexDescription, KeyAttribute, TableDescription


class Declared(Protocol):
    """What `describe` reads of a Table."""

    @property
    def name(self) -> str: ...
    @property
    def model(self) -> type[Model]: ...
    @property
    def partition(self) -> str: ...
    @property
    def sort(self) -> str | None: ...
    @property
    def entities(self) -> Sequence[type[Model]]: ...
    @property
    def discriminator(self) -> str: ...
    @property
    def indexes(self) -> tuple[Index, ...]: ...
    @property
    def patterns(self) -> tuple[AccessPattern, ...]: ...
    @property
    def ttl(self) -> str | None: ...
    @property
    def stream(self) -> StreamView | None: ...
    @property
    def on_read(self) -> Literal["keep", "error"]: ...
    @property
    def description(self) -> str: ...
    @property
    def physical(self) -> PhysicalName: ...
    @property
    def dynamodb(self) -> DynamoDB: ...
    @property
    def relational(self) -> Relational: ...
    @property
    def declared_at(self) -> str: ...


@dataclass(slots=True)
class Described:
    """The outcome: a description, or the problems that prevent one."""

    description: TableDescription | None
    problems: list[str]
    where: Place

    def get(self) -> TableDescription:
        """The description. Raises DeclarationError naming every problem."""
        if self.description is None:
            raise DeclarationError(
                "a table is declared wrongly\n  " + "\n  ".join(self.problems),
                where=self.where,
                fix="mend each line above",
                problems=self.problems,
            )
        return self.description


def describe(table: Declared) -> Described:
    """Check one table. Never raises for a mistake in it."""
    check = _Check(table)
    description = check.run()
    where = f"{table.declared_at}: table {table.name!r}"
    problems = [f"{where}: {problem}" for problem in check.problems]
    return Described(None if problems else description, problems, Place(note=where))


@dataclass(slots=True)
class _Check:
    """The work of checking one table: the fields of its entities, and what is wrong so far."""

    table: Declared
    problems: list[str] = field(default_factory=list)
    fields: dict[str, FieldCodec] = field(default_factory=dict)

    def run(self) -> TableDescription | None:
        self._collect_fields()
        self._check_shared()
        partition = self._key(self.table.partition, "the partition key")
        sort = self._key(self.table.sort, "the sort key") if self.table.sort else None
        if partition is None or (self.table.sort and sort is None):
            return None
        keys = (partition,) if sort is None else (partition, sort)
        indexes = {index.name: self._index(index, keys) for index in self.table.indexes}
        description = self._description(partition, sort, indexes)
        for pattern in self.table.patterns:
            self.problems += unanswerable(pattern, description)
        return description

    def _description(
        self,
        partition: KeyAttribute,
        sort: KeyAttribute | None,
        indexes: Mapping[str, IndexDescription],
    ) -> TableDescription:
        table = self.table
        return TableDescription(
            name=table.name,
            model=table.model,
            models=self._models(),
            discriminator=table.discriminator if table.entities else None,
            partition=partition,
            sort=sort,
            indexes=indexes,
            patterns={pattern.name: pattern for pattern in table.patterns},
            attributes=tuple(map(self._attribute, self.fields)),
            expires=self._expires(),
            version=self._marked(VERSION),
            stream=table.stream,
            on_read=table.on_read,
            description=table.description,
            physical=table.physical,
            dynamodb=table.dynamodb,
            relational=table.relational,
            declared_at=table.declared_at,
        )

    def _models(self) -> dict[str, type[Model]]:
        if not self.table.entities:
            return {"": self.table.model}
        return {entity.__name__: entity for entity in self.table.entities}

    def _collect_fields(self) -> None:
        """All fields of the model and its entities; one name must mean one attribute."""
        for model in (self.table.model, *self.table.entities):
            for codec in field_codecs(model):
                known = self.fields.setdefault(codec.name, codec)
                if known.attribute != codec.attribute:
                    self.problems.append(
                        f"{codec.name!r} is stored as {known.attribute!r} in one entity and as "
                        f"{codec.attribute!r} in another"
                    )
            self._check_model(model)

    def _check_model(self, model: type[Model]) -> None:
        self.problems += _field_problems(model) + unreadable_fields(model)
        if not issubclass(model, self.table.model):
            self.problems.append(
                f"the entity {model.__name__} is not a {self.table.model.__name__}"
            )
        attributes = [codec.attribute for codec in field_codecs(model)]
        for attribute in sorted(
            {attribute for attribute in attributes if attributes.count(attribute) > 1}
        ):
            self.problems.append(f"two fields of {model.__name__} are stored as {attribute!r}")
        if self.table.entities and self.table.discriminator in attributes:
            self.problems.append(
                f"the discriminator {self.table.discriminator!r} is also a field of "
                f"{model.__name__}; choose another with discriminator="
            )

    def _check_shared(self) -> None:
        if not self.table.name:
            self.problems.append("a table needs a name")
        if self.table.stream is not None and self.table.stream not in STREAM_VIEWS:
            self.problems.append(
                f"there is no stream view {self.table.stream!r}; use one of "
                f"{', '.join(STREAM_VIEWS)}"
            )
        if self.table.on_read not in ("keep", "error"):
            self.problems.append(f"on_read is 'keep' or 'error', not {self.table.on_read!r}")
        for what, values in (("index", self.table.indexes), ("pattern", self.table.patterns)):
            names = [value.name for value in values]
            for name in sorted({name for name in names if names.count(name) > 1}):
                self.problems.append(f"two declarations of the {what} {name!r}")

    def _key(self, name: str, what: str) -> KeyAttribute | None:
        codec = self.fields.get(name)
        if codec is None:
            known = ", ".join(self.fields)
            self.problems.append(f"{what} {name!r} is not a field; the fields are {known}")
            return None
        kind = kind_of_shape(codec.shape)
        if kind is None or kind not in (Kind.S, Kind.N, Kind.B):
            self.problems.append(f"{what} {name!r} is not a text, a number or bytes")
            return None
        if what.startswith("the ") and codec.optional:
            self.problems.append(f"{what} {name!r} may be None; a key always has a value")
        elif codec.optional and codec.null and not codec.required:
            self.problems.append(
                f"{what} {name!r} may be None, which leaves an index; its default is then to be "
                "None too, or the item would read back with the default"
            )
        return KeyAttribute(name, codec.attribute, kind, self._is_loggable(name))

    def _attribute(self, name: str) -> Attribute:
        """A field, in all entities that have it."""
        models = [model for model in self._models().values() if name in model.model_fields]
        codecs = [codec for model in models for codec in field_codecs(model) if codec.name == name]
        descriptions = [model.model_fields[name].description for model in models]
        codec = self.fields[name]
        return Attribute(
            name,
            codec.attribute,
            codec.shape,
            nullable=len(models) < len(self._models())
            or any(one.optional or one.is_set for one in codecs),
            has_default=not all(one.required for one in codecs),
            markers=tuple(marker for marker in MARKERS if name in self._names_with(marker)),
            description=next(filter(None, descriptions), ""),
        )

    def _is_loggable(self, name: str) -> bool:
        models = (self.table.model, *self.table.entities)
        fields = [model.model_fields[name] for model in models if name in model.model_fields]
        return all(has_marker(field, LOGGABLE) for field in fields)

    def _index(self, index: Index, keys: Sequence[KeyAttribute]) -> IndexDescription:
        what = f"index {index.name!r}: key field"
        partition = [self._key(name, what) for name in index.partition_fields]
        sort = [self._key(name, what) for name in index.sort_fields]
        self._check_index(index)
        known = tuple(key for key in partition if key), tuple(key for key in sort if key)
        shard = None
        if index.shards > 1:
            name = f"{index.name}.shard"
            shard = KeyAttribute(name, name, Kind.S)
        attributes = (*known[0], *known[1], *keys, *((shard,) if shard else ()))
        return IndexDescription(
            name=index.name,
            partition=known[0],
            sort=known[1],
            projection=self._projection(index, {key.attribute for key in attributes}),
            shards=index.shards,
            local=index.local,
            shard=shard,
            description=index.description,
        )

    def _check_index(self, index: Index) -> None:
        name = f"index {index.name!r}"
        if not index.partition_fields:
            self.problems.append(f"{name} has no partition field")
        if index.shards < 1 or (index.local and index.shards > 1):
            self.problems.append(f"{name}: shards is 1 or more, and 1 for a local index")
        if index.local and index.partition_fields != (self.table.partition,):
            self.problems.append(f"{name} is local, so its partition is {self.table.partition!r}")
        repeated = (*index.partition_fields, *index.sort_fields)
        if len(set(repeated)) < len(repeated):
            self.problems.append(f"{name} names a field twice")

    def _projection(self, index: Index, keys: set[str]) -> frozenset[str] | None:
        """What the index holds; always what tells whether an item is alive, and its entity."""
        if index.projection == "all":
            return None
        attributes = keys | {self.table.discriminator} if self.table.entities else set(keys)
        attributes |= {self.fields[name].attribute for name in self._names_with(EXPIRES)}
        for name in () if index.projection == "keys" else index.projection:
            if name in self.fields:
                attributes.add(self.fields[name].attribute)
            else:
                self.problems.append(f"index {index.name!r} projects {name!r}, which is no field")
        return frozenset(attributes)

    def _names_with(self, marker: Marker) -> set[str]:
        return {
            name
            for model in (self.table.model, *self.table.entities)
            for name, described in model.model_fields.items()
            if has_marker(described, marker)
        }

    def _marked(self, marker: Marker) -> Attribute | None:
        found = self._names_with(marker)
        if len(found) > 1:
            self.problems.append(f"more than one {marker.role} field: {', '.join(sorted(found))}")
        return self._attribute(found.pop()) if len(found) == 1 else None

    def _expires(self) -> Attribute | None:
        marked = self._marked(EXPIRES)
        if self.table.ttl is None:
            return marked
        if marked is None or marked.name != self.table.ttl:
            self.problems.append(f"ttl={self.table.ttl!r} is not a field of type ExpiresAt")
        return marked


def _field_problems(model: type[BaseModel]) -> list[str]:
    """Mistakes in one model: composed fields and names that hide pydantic's."""
    found = []
    names = list(model.model_fields)
    for position, codec in enumerate(field_codecs(model)):
        if hasattr(BaseModel, codec.name):
            found.append(f"the field {codec.name!r} of {model.__name__} hides a pydantic method")
        for part in codec.template.fields if codec.template else ():
            if part not in names[:position]:
                found.append(
                    f"the composed field {codec.name!r} of {model.__name__} uses {part!r}, "
                    "which is not a field declared before it"
                )
                continue
            known = field_codecs(model)[names.index(part)]
            if not isinstance(known.shape, Scalar):
                found.append(
                    f"the composed field {codec.name!r} of {model.__name__} uses {part!r}, which "
                    "is not a single text, number, date or enum"
                )
            elif known.optional and not codec.optional:
                found.append(
                    f"the composed field {codec.name!r} of {model.__name__} is None where {part!r} "
                    "is; declare it with `| None`"
                )
    return found
