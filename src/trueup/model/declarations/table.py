"""Table: the declaration of a table."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, Literal, TypeVar, cast

from ..._kinds import checks_kinds
from ...errors import DeclarationError, Place
from .access import Access
from .base import Model
from .dynamodb import DynamoDB
from .entities import Entity, UnknownEntities, entity_of
from .indexes import Index
from .item_form import ItemForm, Translates
from .patterns import AccessPattern
from .relational import Relational

M = TypeVar("M", bound=Model)

StreamView = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]
"""The content of a change record.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
"""


@dataclass(frozen=True, slots=True)
class NameFromEnvironment:
    """A physical name taken from an environment variable when a database is connected."""

    variable: str
    default: str


PhysicalName = str | NameFromEnvironment | None


@checks_kinds(fix='call it as name_from_environment("VARIABLE", default="orders")')
def name_from_environment(variable: str, *, default: str) -> NameFromEnvironment:
    """Name a table by `variable`, or `default` if it is not set."""
    return NameFromEnvironment(variable, default)


# The standard decorator with identity: two declarations are two tables, even if equal.
@dataclass(frozen=True, eq=False, repr=False)
class Table(Generic[M]):
    """A table of items of one model, or of several entities that share a base model.

    name: the logical name. physical: the deployed name, if it differs; text, or
        `name_from_environment("VARIABLE", default=...)`.
    partition, sort: the field names of the primary key.
    entities: subclasses of `model` that live in this table, or `Entity(…)` with more. Each item
        then carries the name of its entity in the attribute `discriminator`; if that is "", items
        carry none, and are known by how their keys begin.
    unknown_entities: what is done with an item of another entity, as a later version of the
        program writes them: "raise", "skip" and count it, or read it as the "base", `model`.
    ttl: the field with an item's expiry; None finds the field of type `ExpiresAt`.
    on_read: "keep" keeps attributes that the model does not know and writes them back; "error"
        refuses to read such items.
    renamed_from: the name that the table had before, so that a plan does not create an
        empty table beside it.
    description: explains the table in reports and documentation.
    relational: makes the table one of columns, types and constraints, in layers for PostgreSQL.
    declared_at: file and line of the declaration.

    Mistakes do not raise here: `Layer` reports the mistakes of all its tables together.
    """

    name: str
    model: type[M]
    _: KW_ONLY
    partition: str
    sort: str | None = None
    entities: Sequence[type[M] | Entity[M]] = ()
    discriminator: str = "entity"
    unknown_entities: UnknownEntities = "raise"
    indexes: Sequence[Index] = ()
    patterns: Sequence[AccessPattern] = ()
    ttl: str | None = None
    stream: StreamView | None = None
    on_read: Literal["keep", "error"] = "keep"
    physical: PhysicalName = None
    renamed_from: str = ""
    description: str = ""
    dynamodb: DynamoDB = field(default_factory=DynamoDB)
    relational: Relational | None = None
    declared_at: str = field(init=False)
    _items: Translates | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        object.__setattr__(self, "declared_at", _place_of_declaration())
        for name in ("entities", "indexes", "patterns"):
            given = getattr(self, name)
            if isinstance(given, Iterable):  # else `Layer` says what it is not
                object.__setattr__(self, name, tuple(given))

    def __repr__(self) -> str:
        return f"Table({self.name!r}, {getattr(self.model, '__name__', self.model)})"

    def from_item(self, item: Mapping[str, Any], *, form: ItemForm = "dynamodb") -> M:
        """The model of an item that came from elsewhere: a record of a stream, an export, boto3.
        No database is asked. Of several entities it is that which the item names.

        item: all its attributes, by their stored names. form: see `ItemForm`.

        Raises InvalidCall if the item is not in this form, NeedsOperator (unreadable-item) if it
        does not fit the model, and DeclarationError if the table is in no layer yet.
        """
        return cast(M, self._translates().read(item, form))

    def to_item(self, model: M, *, form: ItemForm = "dynamodb") -> dict[str, Any]:
        """The item that a model is stored as, with its composed keys, its entity and its shards.
        A version is that of the model: a put stores the next one.

        form: see `ItemForm`.

        Raises InvalidCall as `put` does, and DeclarationError if the table is in no layer yet.
        """
        return self._translates().write(model, form)

    def _translates(self) -> Translates:
        if self._items is None:
            raise DeclarationError(
                f"the table {self.name!r} is in no layer yet, which would check it",
                where=Place(note=self.declared_at),
                fix="declare a Layer with the table in tables=[...] first",
            )
        return self._items

    @property
    def entity_models(self) -> tuple[type[M], ...]:
        """The classes of its entities; none for a table of one model."""
        return tuple(entity_of(one).model for one in self.entities)

    @property
    def get(self) -> Access:
        """What a function declares that gets items by key. The others name its other calls."""
        return Access(self, "get")

    @property
    def get_many(self) -> Access:
        """Items by many keys."""
        return Access(self, "get_many")

    def pattern(self, name: str) -> Access:
        """The question of a declared access pattern."""
        return Access(self, "pattern", name)

    def query(self, index: str = "") -> Access:
        """Queries of the table, or of an index. A pattern says more: prefer `pattern`."""
        return Access(self, "query", index)

    def scan(self, index: str = "") -> Access:
        """Scans of the table, or of an index: every item is read, and paid for."""
        return Access(self, "scan", index)

    @property
    def create(self) -> Access:
        """Items that are not there yet."""
        return Access(self, "create")

    @property
    def put(self) -> Access:
        """Items, in place of those that are there."""
        return Access(self, "put")

    @property
    def put_many(self) -> Access:
        """Many items, in batches."""
        return Access(self, "put_many")

    @property
    def update(self) -> Access:
        """Changes of items."""
        return Access(self, "update")

    @property
    def update_or_create(self) -> Access:
        """Changes of items, there or not."""
        return Access(self, "update_or_create")

    @property
    def delete(self) -> Access:
        """Items that go."""
        return Access(self, "delete")

    @property
    def delete_many(self) -> Access:
        """Many items that go, in batches."""
        return Access(self, "delete_many")

    @property
    def check(self) -> Access:
        """Conditions on items that a transaction checks and leaves alone."""
        return Access(self, "check")

    def physical_name(self, environment: Mapping[str, str]) -> str:
        """The physical name in this environment; the logical name if no other is declared."""
        if isinstance(self.physical, NameFromEnvironment):
            return environment.get(self.physical.variable) or self.physical.default
        return self.physical or self.name


def _place_of_declaration() -> str:
    """The file and line of the call, which `Table[Order](...)` and `replace()` reach indirectly."""
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__") in (__name__, "typing", "dataclasses") and frame.f_back:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
