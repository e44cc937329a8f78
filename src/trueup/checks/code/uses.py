"""Use: a call of DynamoDB that code makes; Declared: a table that infrastructure makes."""

from __future__ import annotations

from ..._dataclass import dataclass
from ...schema.facts import Unknown


@dataclass(frozen=True, slots=True)
class Site:
    """A line of a file, as the reader of a problem finds it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Expression:
    """A text of DynamoDB, or the condition objects of boto3, as far as it was read.

    attributes: names with the operator that stands beside them: `("status", "=")`.
    literals: the names that stand in the text as they are, without a `#` before them.
    holes: what the text is built from and is not known: parameters, variables.
    is_whole: whether all names are known.
    """

    attributes: tuple[tuple[str, str], ...] = ()
    literals: tuple[str, ...] = ()
    holes: tuple[str, ...] = ()
    is_whole: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.attributes))


NO_EXPRESSION = Expression()


@dataclass(frozen=True, slots=True)
class Use:
    """A call on a table.

    table: its name, in which a NUL stands for a part that is not known, such as a stage.
    operation: the method of boto3, such as `put_item`; what a transaction holds is named by its
        member, such as `ConditionCheck`. via: the call that carries it, such as
        `transact_write_items`; empty for a call of its own.
    index: the name; None for the table itself.
    expressions: each with its argument, such as `ConditionExpression`.
    written: the attributes of the item; None if they are not all known.
    arguments: the names of those that the call has; is_whole: whether that is all of them.
    functions: the functions that it runs in, the outermost first, and `callers`, the places of
        the calls that lead to it.
    loops: how many loops it stands in. guards: what stands around it: `retry`, `unprocessed`.
    """

    table: str | Unknown
    operation: str
    site: Site
    via: str = ""
    index: str | Unknown | None = None
    expressions: tuple[tuple[str, Expression], ...] = ()
    written: tuple[str, ...] | None = None
    arguments: frozenset[str] = frozenset()
    is_whole: bool = True
    functions: tuple[str, ...] = ()
    callers: tuple[Site, ...] = ()
    loops: int = 0
    guards: frozenset[str] = frozenset()

    def expression(self, argument: str) -> Expression:
        """The expression of an argument; an empty one if the call has none."""
        return dict(self.expressions).get(argument, NO_EXPRESSION)

    @property
    def conditioned(self) -> tuple[str, ...]:
        """The attributes that conditions, keys and filters name."""
        texts = ("KeyConditionExpression", "ConditionExpression", "FilterExpression")
        names = (name for text in texts for name in self.expression(text).names)
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of a table or index; None for a sort key that is not there."""

    partition: str
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """A table that is declared. by: `cdk`, `cloudformation`, `trueup`, or `code`, which makes it.

    keys: None if they are not known, as with a table that was imported.
    indexes: None if not all of them are known. stream: None if it is not known.
    """

    name: str
    site: Site
    by: str
    keys: Keys | None = None
    indexes: tuple[tuple[str, Keys | None], ...] | None = ()
    stream: bool | None = False
