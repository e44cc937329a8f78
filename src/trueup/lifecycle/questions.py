"""Questions: typed conditions become one read of a table or of an index, which is never guessed.

    conditions ──► equality on the partition ──► a range of the sort key ──► the rest: a filter

The parts of a composed key stand for it: `entity_id=stu_1` for a `pk` of `insight#{entity_id}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .._dataclass import dataclass
from .._kinds import misspelt
from ..errors import ErrorCode, InvalidCall, Place
from ..expressions.condition import And, Comparison, Condition, Op
from ..expressions.path import Path
from ..model.declarations.base import Model
from ..model.declarations.patterns import AccessPattern, Order
from ..model.description.tables import IndexDescription, KeyAttribute, TableDescription
from ..operations.plans.context import TableContext
from .conditions import TypedCondition, TypedOp, read_condition

_ORDERS: dict[bool, Order] = {False: "ascending", True: "descending"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for. conditions: as typed. index, pattern: empty if none is named.

    limit: items to return, None for all. is_scan: whether the whole table may be read.
    """

    conditions: Sequence[str] = ()
    index: str = ""
    pattern: str = ""
    reverse: bool = False
    limit: int | None = None
    include_expired: bool = False
    is_scan: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One read.

    partition: field names to the values of the partition key, or of its parts; None for a scan.
    key: the same for a whole key, if the read is of one item.
    entity: the only entity of a shared table that is wanted; None for all.
    """

    partition: dict[str, Any] | None
    key: dict[str, Any] | None = None
    index: str | None = None
    sort: Condition | None = None
    filter: Condition | None = None
    order: Order = "ascending"
    limit: int | None = None
    include_expired: bool = False
    entity: type[Model] | None = None


def read_question(context: TableContext, wanted: Wanted) -> Question:
    """The read that answers what is wanted.

    Raises InvalidCall if a condition cannot be read, or neither the table's own key, nor the named
    index or pattern, can answer; it says which index would.
    """
    table = context.table
    entity, texts = _entity(table, wanted.conditions)
    typed = [read_condition(table, text) for text in texts]
    _check_once(table, typed)
    pattern = _pattern(table, wanted) if wanted.pattern else None
    index = pattern.index if pattern else wanted.index or None
    descending = (pattern is not None and pattern.order == "descending") != wanted.reverse
    asked = _Asked(context, _index(table, index), typed, wanted)
    if pattern:
        _check_given(table, pattern, asked)
    found = asked.scan() if wanted.is_scan else asked.question(_ORDERS[descending])
    return replace(found, entity=entity)


def _entity(
    table: TableDescription, conditions: Sequence[str]
) -> tuple[type[Model] | None, list[str]]:
    """The entity of a shared table that `entity=Dog` asks for, and the other conditions."""
    entity, others = None, []
    for text in conditions:
        name, _, value = (part.strip() for part in text.partition("="))
        if table.discriminator is None or name != table.discriminator:
            others.append(text)
        elif value in table.models:
            entity = table.models[value]
        else:
            fix = misspelt(value, table.models, "entities")
            raise _refused(table, f"there is no entity {value!r}", fix)
    return entity, others


class _Asked:
    """Typed conditions on a table or an index; each is used once."""

    def __init__(
        self,
        context: TableContext,
        index: IndexDescription | None,
        typed: Sequence[TypedCondition],
        wanted: Wanted,
    ) -> None:
        self.context = context
        self.table = context.table
        self.index = index
        self.typed = typed
        self.used: list[TypedCondition] = []
        self.wanted = wanted

    @property
    def left(self) -> list[TypedCondition]:
        """The conditions that no key has taken."""
        return [one for one in self.typed if one not in self.used]

    def scan(self) -> Question:
        """Every item of the table or the index that fits the conditions."""
        if self.wanted.reverse:
            raise _refused(self.table, "a scan has no order", "leave out --reverse or --scan")
        return Question(
            None,
            index=self.index.name if self.index else None,
            filter=_all(one.condition for one in self.left),
            limit=self.wanted.limit,
            include_expired=self.wanted.include_expired,
        )

    def question(self, order: Order) -> Question:
        """The query, or the get where the whole key is given."""
        keys = self.index.partition if self.index else (self.table.partition,)
        partition = self._take_values(keys)
        if partition is None:
            raise self._unanswerable(keys)
        used = list(self.used)
        sort = self.index.sort if self.index else self.table.key[1:]
        values = self._take_values(sort) if not self.index else None
        if values is not None and not self.left:
            key = {**partition, **values}
            return Question(partition, key, include_expired=self.wanted.include_expired, limit=None)
        self.used = used
        return Question(
            partition,
            index=self.index.name if self.index else None,
            sort=self._take_sort(sort),
            filter=_all(one.condition for one in self.left),
            order=order,
            limit=self.wanted.limit,
            include_expired=self.wanted.include_expired,
        )

    def has_equality(self, name: str) -> bool:
        """Whether a field is given by equality, itself or by its parts."""
        key = next((key for key in self._keys() if key.name == name), None)
        if key is not None:
            return self._equal_fields(key) is not None
        return self._equal(name) is not None

    def _keys(self) -> tuple[KeyAttribute, ...]:
        if self.index:
            return (*self.index.partition, *self.index.sort)
        return self.table.key

    def _equal(self, name: str) -> TypedCondition | None:
        found = (one for one in self.typed if one.field == name and one.op is TypedOp.EQ)
        return next(found, None)

    def _equal_fields(self, key: KeyAttribute) -> dict[str, TypedCondition] | None:
        """The equalities that give a key's value: on itself, or on each of its parts."""
        template = self.context.codec.template(key, self.context.entity)
        for names in ((key.name,), template.fields if template else ()):
            found = {name: self._equal(name) for name in names}
            known = {name: one for name, one in found.items() if one is not None}
            if names and len(known) == len(found):
                return known
        return None

    def _take_values(self, keys: Sequence[KeyAttribute]) -> dict[str, Any] | None:
        """The values of whole keys, by field; None if one has none. A part may be in two keys."""
        found: dict[str, TypedCondition] = {}
        for key in keys:
            fields = self._equal_fields(key)
            if fields is None:
                return None
            found |= fields
        self.used += found.values()
        return {name: one.values[0] for name, one in found.items()}

    def _take_sort(self, keys: Sequence[KeyAttribute]) -> Condition | None:
        """The conditions on the sort key, which a query answers without reading more."""
        found: list[Condition] = []
        for key in keys:
            direct = [one for one in self.left if one.field == key.name]
            ranges = [one for one in direct if one.op is not TypedOp.NE]
            if ranges:
                found.append(self._span(key, ranges))
                self.used += ranges
                continue
            values = self._take_values([key])
            if values is None:
                break
            (value,) = self.context.named_values([key], values)
            found.append(Comparison(Op.EQ, Path(self.table.model, (key.name,)), value))
        return _all(found)

    def _span(self, key: KeyAttribute, ranges: Sequence[TypedCondition]) -> Condition:
        """The conditions on one sort attribute: `>=` and `<=` together are one range."""
        ends = {one.op: one for one in ranges}
        if len(ranges) == 2 and ends.keys() == {TypedOp.GE, TypedOp.LE}:
            low, high = ends[TypedOp.GE], ends[TypedOp.LE]
            return TypedCondition(low.path, TypedOp.BETWEEN, low.values + high.values).condition
        if len(ranges) == 1:
            return ranges[0].condition
        raise _refused(
            self.table,
            f"several conditions are given on {key.name!r}, and a sort key takes one range",
            f"give one condition, or both ends as {key.name}=low..high",
        )

    def _unanswerable(self, keys: Sequence[KeyAttribute]) -> InvalidCall:
        missing = [self._spelt(key) for key in keys if self._equal_fields(key) is None]
        what = f"the index {self.index.name!r}" if self.index else "the table's own key"
        return InvalidCall(
            f"{what} cannot answer: it needs {' and '.join(missing)}",
            code=ErrorCode.INVALID_KEY,
            where=Place(table=self.table.name),
            fix=self._suggestion(),
        )

    def _spelt(self, key: KeyAttribute) -> str:
        """`pk=…`, or the parts that make it."""
        template = self.context.codec.template(key, self.context.entity)
        parts = " ".join(f"{name}=…" for name in template.fields) if template else ""
        return f"{key.name}=…" + (f" (or {parts})" if parts else "")

    def _suggestion(self) -> str:
        """The indexes and patterns that would answer. None is chosen: their costs differ."""
        answering = [
            f"--index {index.name}"
            for index in self.table.indexes.values()
            if index != self.index and self._covers(index.partition)
        ]
        if self.index and self._covers((self.table.partition,)):
            answering.insert(0, "no --index: the table's own key")
        if answering:
            return f"these can answer: {', '.join(answering)}"
        asked = f"; its patterns: {', '.join(self.table.patterns)}" if self.table.patterns else ""
        return f"give it, or --scan to read the whole table at its cost{asked}"

    def _covers(self, keys: Sequence[KeyAttribute]) -> bool:
        return all(self._equal_fields(key) is not None for key in keys)


def _all(conditions: Any) -> Condition | None:
    found = tuple(conditions)
    if len(found) < 2:
        return found[0] if found else None
    return And(found)


def fix_as_typed(context: TableContext, error: InvalidCall) -> str:
    """What to do about a read that is refused, in conditions where the error says it in Python."""
    keys = (
        *context.table.key,
        *(key for one in context.table.indexes.values() for key in one.attributes),
    )
    key = next((key for key in keys if key.attribute == error.where.attribute), None)
    template = context.codec.template(key, context.entity) if key else None
    if key and error.code is ErrorCode.EMPTY_KEY:
        return f"leave the condition on {key.name} out: no stored key is empty"
    if template and error.code is ErrorCode.COMPOSED_MISMATCH:
        parts = " ".join(f"{name}=…" for name in template.fields)
        return f"give its parts, {parts}; or the text as the template builds it"
    return error.fix


def _check_once(table: TableDescription, typed: Sequence[TypedCondition]) -> None:
    """Refuse two values for one attribute: no item has both."""
    equal = [one.path for one in typed if one.op is TypedOp.EQ]
    twice = next((path for number, path in enumerate(equal) if path in equal[:number]), None)
    if twice is not None:
        fix = "leave one out, or ask once for each value"
        raise _refused(table, f"two values are given for {str(twice)!r}", fix)


def _pattern(table: TableDescription, wanted: Wanted) -> AccessPattern:
    if wanted.is_scan:
        raise _refused(
            table, "a pattern is no scan", "leave out --scan; or --pattern, and name its --index"
        )
    if wanted.index:
        raise _refused(
            table, "a pattern has an index of its own", "give --pattern or --index, not both"
        )
    pattern = table.patterns.get(wanted.pattern)
    if pattern is None:
        fix = misspelt(wanted.pattern, table.patterns, "patterns")
        raise _refused(table, f"there is no access pattern {wanted.pattern!r}", fix)
    return pattern


def _index(table: TableDescription, name: str | None) -> IndexDescription | None:
    if name is None or name in table.indexes:
        return table.index(name)
    raise InvalidCall(
        f"there is no index {name!r}",
        code=ErrorCode.UNKNOWN_INDEX,
        where=Place(table=table.name),
        fix=misspelt(name, table.indexes, "indexes"),
    )


def _check_given(table: TableDescription, pattern: AccessPattern, asked: _Asked) -> None:
    missing = [name for name in pattern.given if not asked.has_equality(name)]
    if missing:
        given = " ".join(f"{name}=…" for name in pattern.given)
        raise _refused(
            table,
            f"the pattern {pattern.name!r} is asked by {', '.join(pattern.given)}",
            f"give {given}",
        )


def _refused(table: TableDescription, what: str, fix: str) -> InvalidCall:
    return InvalidCall(what, code=ErrorCode.INVALID_OPTION, where=Place(table=table.name), fix=fix)
