"""TableContext: the shared context of operations on one table, made once per repository."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._dataclass import dataclass
from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import Change, Condition, Path
from ...expressions.key_condition import SortCondition
from ...model.declarations.base import Model
from ...model.description.tables import IndexDescription, KeyAttribute, TableDescription
from ...model.translation.bind import Binder
from ...model.translation.codec import TableCodec
from ..actions import STORED, WHOLE, Key, View
from ..engine import Engine
from .checks import check_changes, check_condition, check_sort
from .cursor import Cursors
from .item_checks import check_key
from .named_keys import named_key

Clock = Callable[[], float]
"""Returns the current epoch seconds; passed in, so that tests need not wait for an expiry."""


def only_value(given: Any) -> Any:
    """A caller's key, without a tuple around a single value."""
    return given[0] if isinstance(given, tuple) and len(given) == 1 else given


@dataclass(frozen=True, slots=True)
class TableContext:
    """A table on an engine.

    physical: the table's name in the database.
    entity: the only entity of a shared table to read and write; None for all.
    as_stored: reads give items as they are stored, which models may be unable to read.
    in_session: whether calls run inside the transaction of a session.
    """

    engine: Engine
    table: TableDescription
    codec: TableCodec
    binder: Binder
    cursors: Cursors
    physical: str
    clock: Clock = time.time
    entity: type[Model] | None = None
    as_stored: bool = False
    in_session: bool = False

    def __str__(self) -> str:
        only = f", {self.entity.__name__}" if self.entity else ""
        return f"{self.engine.rules.engine}, {self.table.name!r}{only}"

    @property
    def where(self) -> Place:
        """The place of errors about this table."""
        return Place.of_table(self.engine.rules.engine, self.table.name, self.physical)

    @property
    def view(self) -> View:
        """The view of reads that name no projection."""
        return STORED if self.as_stored else WHOLE

    def now_epoch_s(self) -> int:
        """The current second, by which items expire; 0 if items of this table never expire."""
        return int(self.clock()) if self.table.expires else 0

    def visible_at(self, include_expired: bool) -> int | None:
        """The second by which reads judge expiry; None if they show expired items."""
        if include_expired or self.table.expires is None:
            return None
        return int(self.clock())

    def condition(self, condition: Condition | bool) -> Condition:
        """The condition in stored names and plain values; refused if the target lacks it."""
        bound = self.binder.condition(condition)
        check_condition(self.engine.rules, self.table, bound)
        return bound

    def changes(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """The changes in stored names and plain values; refused if the target lacks them."""
        bound = self.binder.updates(changes)
        check_changes(self.engine.rules, self.table, bound)
        return bound

    def sort(
        self, condition: Condition | bool | Mapping[str, Any], keys: Sequence[KeyAttribute]
    ) -> tuple[SortCondition, ...]:
        """The condition on a sort key; refused if the target lacks it. keys: its attributes."""
        bound = self.binder.sort(condition, keys)
        check_sort(self.engine.rules, self.table, bound)
        return bound

    def key(self, given: Any) -> Key:
        """The plain values of a caller's key: a single value, a tuple of values in order, a model,
        or a mapping of field names to the key's values or to the parts of composed values.

        Raises InvalidCall (invalid-key, empty-key, key-too-long, wrong-type).
        """
        values = self._key_values(given)
        key = tuple(map(self.codec.encode_key_value, self.table.key, values))
        check_key(self.engine.rules, self.table, key)
        return key

    def _key_values(self, given: Any) -> Sequence[Any]:
        given = only_value(given)
        if not isinstance(given, (str, tuple)):  # the usual keys, before what is slow to tell
            if isinstance(given, Model):
                return self.table.key_of(self.codec.encode(given))
            if isinstance(given, Mapping):
                return self.named_values(self.table.key, given)
        values = given if isinstance(given, tuple) else (given,)
        if len(values) != len(self.table.key):
            raise self._wrong_key(
                f"the number of its values is {len(values)}, not {len(self.table.key)}"
            )
        return values

    def partition(self, given: Any, index: IndexDescription | None) -> list[Any]:
        """The plain values of a partition key: a single value, a tuple, or a mapping."""
        keys = index.partition if index else (self.table.partition,)
        if isinstance(given, Mapping):
            values = self.named_values(keys, given)
        else:
            values = list(given) if isinstance(given, tuple) else [given]
        if len(values) != len(keys):
            raise self._wrong_key(
                f"the number of its values is {len(values)}, not {len(keys)}", keys
            )
        plain = zip(keys, values, strict=True)
        return [self.codec.encode_key_value(key, value) for key, value in plain]

    def named_values(self, keys: Sequence[KeyAttribute], given: Mapping[str, Any]) -> list[Any]:
        """The values of key attributes from a mapping of names to values or to parts."""
        models = (self.entity,) if self.entity else tuple(self.table.models.values())
        named = [named_key(self.codec, model, keys, given) for model in models]
        whole = [one for one in named if not one.problem]
        if not whole:
            raise self._wrong_key(named[0].problem, keys)
        if any(one.texts != whole[0].texts for one in whole):
            raise self._wrong_key(
                "its parts are those of several entities; ask the repository of one of them", keys
            )
        parts = {name: self.part(name, given[name]) for name in whole[0].parts}
        return [
            given[key.name] if template is None else template.build(parts)
            for key, template in zip(keys, whole[0].templates, strict=True)
        ]

    def part(self, name: str, value: Any) -> Any:
        """The plain value of a part of a composed attribute."""
        return self.codec.encode_field(name, value)

    def check_key_of_entity(self, key: Key) -> None:
        """Refuse a key that no item of this context's entity has, if items are known by keys."""
        table, entity = self.table, self.entity
        if entity is None or table.discriminator is not None:
            return
        pairs = zip(table.key, key, strict=True)
        if self.codec.is_of(entity, {attribute.attribute: value for attribute, value in pairs}):
            return
        begins = table.begins[self.codec.name_of(entity)]
        raise self._wrong_key(
            f"it is not that of {entity.__name__}, whose "
            + " and ".join(f"{name} begins with {text!r}" for name, text in begins.items())
        )

    def check_entity(self, model: type[Model]) -> None:
        """Refuse a model of another entity than this context's."""
        if self.entity is not None and model is not self.entity:
            raise InvalidCall(
                f"a {model.__name__} is written through a repository of {self.entity.__name__}",
                code=ErrorCode.WRONG_TYPE,
                where=self.where,
                fix=f"use the repository of {model.__name__}, or the one of the whole table",
            )

    def model_of_paths(self, changes: Sequence[Change]) -> type[Model]:
        """The entity that an update changes, by its paths.

        Raises InvalidCall if several entities share the table and no path tells which is meant.
        """
        models = tuple(self.table.models.values())
        for change in changes:
            if change.path.root in models:
                return change.path.root
        if not self.table.has_entities:
            return self.table.model
        raise InvalidCall(
            "an update of a shared table does not say which entity it is about",
            code=ErrorCode.INVALID_UPDATE,
            where=self.where,
            fix="use the repository of one entity, or paths of the entity's own class",
        )

    @staticmethod
    def attribute_path(attribute: str) -> Path:
        """The path of a top-level attribute."""
        return Path(None, (attribute,))

    def _wrong_key(self, what: str, keys: Sequence[KeyAttribute] = ()) -> InvalidCall:
        names = ", ".join(attribute.name for attribute in keys or self.table.key)
        return InvalidCall(
            f"a key does not fit: {what}",
            code=ErrorCode.INVALID_KEY,
            where=self.where,
            fix=f"the key is ({names}); pass its values in order, several as a tuple, or a mapping "
            "of names to values",
        )
