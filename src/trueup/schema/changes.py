"""Changes of tables, as values: each has an inverse, and its text says what differs.

A change leads from the live table to the declared table. schema: the declared table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from .._dataclass import dataclass
from .facts import Path, Value, shown
from .tables import IndexSchema, TableSchema, shown_key, shown_projection


@dataclass(frozen=True, slots=True)
class AddTable:
    """A declared table is missing."""

    schema: TableSchema

    def inverse(self) -> DropTable:
        """The change that undoes this one."""
        return DropTable(self.schema)

    def __str__(self) -> str:
        return "the table is missing"


@dataclass(frozen=True, slots=True)
class DropTable:
    """A live table is not declared. schema: the live table.

    backup: the name of the copy that is kept of it; empty for none.
    """

    schema: TableSchema
    backup: str = ""

    def inverse(self) -> AddTable:
        """The change that undoes this one, except that the items are lost."""
        return AddTable(self.schema)

    def __str__(self) -> str:
        return "the table is not declared"


@dataclass(frozen=True, slots=True)
class ChangeKey:
    """The primary key differs. before: the live table."""

    schema: TableSchema
    before: TableSchema

    def inverse(self) -> ChangeKey:
        """The change that undoes this one."""
        return ChangeKey(self.before, self.schema)

    def __str__(self) -> str:
        live, declared = (
            shown_key(schema.partition, schema.sort) for schema in (self.before, self.schema)
        )
        return f"the key is {live}, declared is {declared}"


@dataclass(frozen=True, slots=True)
class AddIndex:
    """A declared index is missing."""

    schema: TableSchema
    index: IndexSchema

    def inverse(self) -> DropIndex:
        """The change that undoes this one."""
        return DropIndex(self.schema, self.index)

    def __str__(self) -> str:
        return f"index {self.index.name} is missing"


@dataclass(frozen=True, slots=True)
class DropIndex:
    """A live index is not declared."""

    schema: TableSchema
    index: IndexSchema

    def inverse(self) -> AddIndex:
        """The change that undoes this one."""
        return AddIndex(self.schema, self.index)

    def __str__(self) -> str:
        return f"index {self.index.name} is not declared"


@dataclass(frozen=True, slots=True)
class ChangeIndex:
    """An index has another key, or lacks declared attributes."""

    schema: TableSchema
    before: IndexSchema
    after: IndexSchema

    def inverse(self) -> ChangeIndex:
        """The change that undoes this one."""
        return ChangeIndex(self.schema, self.after, self.before)

    def __str__(self) -> str:
        name, before, after = self.after.name, str(self.before), str(self.after)
        if before != after:
            return f"index {name} is {before}, not {after}"
        held, wanted = map(shown_projection, (self.before.projection, self.after.projection))
        return f"index {name} holds {held}, not {wanted}"


@dataclass(frozen=True, slots=True)
class SetTtl:
    """Items expire by another attribute. None: items do not expire."""

    schema: TableSchema
    before: str | None
    after: str | None

    def inverse(self) -> SetTtl:
        """The change that undoes this one, except that items may have expired."""
        return SetTtl(self.schema, self.after, self.before)

    def __str__(self) -> str:
        return f"the ttl attribute is {self.before or 'none'}, declared is {self.after or 'none'}"


@dataclass(frozen=True, slots=True)
class SetStream:
    """The stream has another view. None: there is no stream."""

    schema: TableSchema
    before: str | None
    after: str | None

    def inverse(self) -> SetStream:
        """The change that undoes this one, except that the stream is a new one."""
        return SetStream(self.schema, self.after, self.before)

    def __str__(self) -> str:
        return f"the stream is {self.before or 'off'}, declared is {self.after or 'off'}"


@dataclass(frozen=True, slots=True)
class SetFact:
    """A fact that only the engine knows differs. index: the index that has it; empty: the table."""

    schema: TableSchema
    name: str
    before: Value
    after: Value
    index: str = ""

    def inverse(self) -> SetFact:
        """The change that undoes this one."""
        return SetFact(self.schema, self.name, self.after, self.before, self.index)

    def __str__(self) -> str:
        of = f" of index {self.index}" if self.index else ""
        return f"{self.name}{of} is {shown(self.before)}, declared is {shown(self.after)}"


@dataclass(frozen=True, slots=True)
class ChangePart:
    """A part of a relational table differs: a column, a constraint, an index, a trigger.

    path: where it stands among the facts: `("columns", "status")`.
    before, after: of a column that is on both sides only what differs; None: it is not there. After
        a text of `before` may stand what lacks of it: `NOT VALID`, `INVALID`, `DISABLED`.
    """

    schema: TableSchema
    path: Path
    before: Value
    after: Value

    @property
    def what(self) -> str:
        """The part for people: `column status`."""
        *kind, name = self.path
        if kind == ["row_security"]:
            return f"row security {name}"
        return f"{_ONE.get(kind[-1], kind[-1])} {name}"

    @property
    def is_declared(self) -> bool:
        """Whether the declaration has the part."""
        found: Value = self.schema.facts
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found is not None

    def inverse(self) -> ChangePart:
        """The change that undoes this one, except that values are lost."""
        return ChangePart(self.schema, self.path, self.after, self.before)

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.what} is missing"
        if self.after is None:
            return f"{self.what} is {'made anew' if self.is_declared else 'not declared'}"
        return f"{self.what} is {shown(self.before)}, declared is {shown(self.after)}"


@dataclass(frozen=True, slots=True)
class RenamePart:
    """A part of a relational table has another name than declared, and is otherwise there.

    path: where it stands among the facts, with its declared name; of a label of an enum
        `("types", "order_status", "sent")`. before: the name that it has.
    """

    schema: TableSchema
    path: Path
    before: str

    @property
    def what(self) -> str:
        """The part for people, by its former name: `column mail`."""
        kind, *names = self.path
        kind = "label" if len(names) > 1 else _ONE[kind]
        return f"{kind} {self.before}"

    def inverse(self) -> RenamePart:
        """The change that undoes this one."""
        return RenamePart(self.schema, (*self.path[:-1], self.before), self.path[-1])

    def __str__(self) -> str:
        _, *names = self.path
        of = f" of {names[0]}" if len(names) > 1 else ""
        return f"{self.what}{of} is declared as {names[-1]}"


_ONE = {
    "columns": "column",
    "constraints": "constraint",
    "indexes": "index",
    "triggers": "trigger",
    "policies": "policy",
    "functions": "function",
    "types": "type",
    "extensions": "extension",
    "objects": "object",
    "privileges": "privilege",
    "descriptions": "description of",
}

Change: TypeAlias = (
    AddTable
    | DropTable
    | ChangeKey
    | AddIndex
    | DropIndex
    | ChangeIndex
    | SetTtl
    | SetStream
    | SetFact
    | ChangePart
    | RenamePart
)


def path_of(change: Change) -> Path:
    """Where the facts that a change makes stand in its table; empty for the table as a whole."""
    match change:
        case AddTable() | DropTable():
            return ()
        case ChangeKey():
            return ("key",)
        case AddIndex(_, index) | DropIndex(_, index) | ChangeIndex(_, _, index):
            return ("index", index.name)
        case SetTtl():
            return ("ttl",)
        case SetStream():
            return ("stream",)
        case SetFact(_, name, _, _, index):
            return ("index", index, name) if index else (name,)
        case ChangePart(_, path) | RenamePart(_, path, _):
            return path
