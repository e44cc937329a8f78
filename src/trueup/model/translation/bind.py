"""Bind expressions to a table: Python names and values become attribute names and plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from functools import cache, partial
from typing import Any, cast

from pydantic import ValidationError
from pydantic.errors import PydanticSchemaGenerationError

from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall, Place, TrueupError
from ...expressions import (
    Assign,
    Change,
    Condition,
    Path,
    Role,
    SortCondition,
    as_condition,
    as_sort_conditions,
    check_condition,
    check_levels,
    check_updates,
    exact_number,
    rewrite_condition,
    rewrite_update,
)
from ...expressions.values import PlainValue, check_text
from ..declarations.base import Model
from ..description.tables import KeyAttribute, TableDescription
from ..keys.sort_parts import joined_parts, named_parts
from ..keys.sort_values import check_sort_values
from .annotations import bare, without_none
from .encode import Encoder, FieldCodec, adapter_of, element_encoder, encode_anything
from .follow import Target, follow
from .normalise_change import normalise_change, refuse_part_of_composed, refuse_unfit_change
from .read_back import is_value, refuse_unreadable_value
from .refused_value import refused_value, too_deep
from .shapes import shape_of
from .unanswerable import refuse_unanswerable


class Binder:
    """Binds conditions and updates to one table."""

    def __init__(self, table: TableDescription) -> None:
        self.table = table
        self._where = Place(table=table.name)
        self._models = frozenset({table.model, *table.models.values()})
        self._index_keys = frozenset(
            key.attribute for index in table.indexes.values() for key in index.attributes
        )

    def condition(self, condition: Condition | bool) -> Condition:
        """A condition on this table's items.

        Raises InvalidCall for a bool, an unknown attribute, a value that does not fit, or a
        question that no value of the attribute answers.
        """
        try:
            written = check_levels(as_condition(condition))
            bound = check_condition(rewrite_condition(written, self.path, self.value))
            refuse_unanswerable(written, self._annotation)
            return bound
        except TrueupError as error:
            error.locate(self._where)
            raise

    def updates(self, updates: Sequence[Change]) -> tuple[Change, ...]:
        """Changes of this table's items; None becomes NULL or removes the attribute."""
        try:
            return tuple(map(self._update, check_updates(updates)))
        except TrueupError as error:
            error.locate(self._where)
            raise

    def _update(self, update: Change) -> Change:
        target = self.target(update.path)
        refuse_part_of_composed(update.path, target.owner)
        refuse_unfit_change(update, target.annotation)
        bound = rewrite_update(update, self.path, partial(self.value, is_stored=True))
        if isinstance(update, Assign) and target.field is None:
            self._check_element(update, target.annotation)
        return normalise_change(bound, target.field, self._index_keys)

    def _check_element(self, update: Assign, annotation: Any) -> None:
        """Refuse None as an element of a collection that does not allow None."""
        if update.value is None:
            self._validated(update.path, annotation, None)

    def sort(
        self, given: Condition | bool | Mapping[str, Any], keys: Sequence[KeyAttribute]
    ) -> tuple[SortCondition, ...]:
        """The condition on the sort key of a query. given: a condition on the key or on its parts,
        or values by the names of these. keys: the sort attributes, in order."""
        try:
            condition = self._named(given) if isinstance(given, Mapping) else given
            if condition is None:
                return ()
            bound = rewrite_condition(check_levels(as_condition(condition)), self.path, self.value)
            bound = joined_parts(bound, self.table, keys)
            sort = as_sort_conditions(bound, [Path(None, (key.attribute,)) for key in keys])
            check_condition(bound)
            check_sort_values(self.table, sort, keys)
            return sort
        except TrueupError as error:
            error.locate(self._where)
            raise

    def _named(self, given: Mapping[str, Any]) -> Condition | None:
        return named_parts(given, (self.table.model, *self.table.models.values()))

    def path(self, path: Path) -> Path:
        """The same path in attribute names."""
        return Path(None, self.target(path).segments)

    def target(self, path: Path) -> Target:
        """Follow a path through the models of this table."""
        root = self._root(path)
        target = follow(root, path.segments)
        if target is None:
            raise InvalidCall(
                f"{root.__name__} has no attribute {path}",
                code=ErrorCode.UNKNOWN_ATTRIBUTE,
                where=self._where,
                fix=f"the attributes are: {', '.join(root.model_fields)}",
            )
        return target

    def _annotation(self, path: Path) -> Any:
        return self.target(path).annotation

    def _root(self, path: Path) -> type[Model]:
        root = path.root
        if root in self._models or (
            root is not None and any(_are_related(root, model) for model in self._models)
        ):
            return cast("type[Model]", root)
        name = root.__name__ if root else "nothing"
        raise InvalidCall(
            f"the path {path} belongs to {name}, which is not stored in this table",
            code=ErrorCode.UNKNOWN_ATTRIBUTE,
            where=self._where,
            fix=f"use attributes of {self.table.model.__name__}",
        )

    def value(self, path: Path, literal: object, role: Role, is_stored: bool = False) -> PlainValue:
        """The plain value of a literal used with `path`. is_stored: it will be stored there."""
        try:
            return self._value(path, literal, role, is_stored)
        except TrueupError as error:
            if not error.where.table:  # the error comes from inside the value
                error.where = error.where.within(str(path))
            error.locate(self._where)
            raise
        except RecursionError:
            raise too_deep(replace(self._where, attribute=str(path))) from None

    def _value(self, path: Path, literal: object, role: Role, is_stored: bool) -> PlainValue:
        if role is Role.SIZE or role is Role.AMOUNT:
            return self._number(path, literal)
        target = self.target(path)
        if role is Role.ELEMENT:
            kind = bare(target.annotation)
            if kind.is_list or kind.is_a(Set):
                return self._checked(path, kind.element, literal, is_stored)
        if literal is None:
            return self._null(path)
        if role is not Role.VALUE:
            # A part of text or bytes, or a value of another type than the attribute's.
            return self._checked(path, type(literal), literal, False)
        return self._checked(path, target.annotation, literal, is_stored, target.field)

    def _number(self, path: Path, literal: object) -> PlainValue:
        if isinstance(literal, bool) or not isinstance(literal, int | float | Decimal):
            raise self._refused_value(path, "a number is needed here")
        return exact_number(literal)

    def _checked(
        self,
        path: Path,
        annotation: Any,
        literal: object,
        is_stored: bool,
        field: FieldCodec | None = None,
    ) -> PlainValue:
        encode = field.encode if field else _encoder_of(annotation)
        checked = literal
        if not is_value(annotation, encode, literal):
            checked = self._validated(path, annotation, literal)
        plain = _plain(checked, encode)
        if is_stored and plain is not None and plain != frozenset():
            refuse_unreadable_value(annotation, encode, checked, plain, path)
        return plain

    def _validated(self, path: Path, annotation: Any, literal: object) -> Any:
        try:
            return adapter_of(annotation).validate_python(literal)
        except ValidationError as error:
            where = replace(self._where, attribute=str(path))
            refusal = refused_value(error, str(path), where)
        except PydanticSchemaGenerationError:
            why = f"{kind_of_value(literal)} cannot be stored"
            refusal = self._refused_value(path, why)
        raise refusal

    def _null(self, path: Path) -> PlainValue:
        field = self.target(path).field
        if field is not None and not field.optional and not _takes_anything(field):
            raise self._refused_value(path, "None is not among its values")
        return None

    def _refused_value(self, path: Path, why: str) -> InvalidCall:
        return InvalidCall(
            f"a value for '{path}' does not fit: {why}",
            code=ErrorCode.WRONG_TYPE,
            where=replace(self._where, attribute=str(path)),
            fix="give a value of the type the attribute is declared with",
        )


@cache
def _encoder_of(annotation: Any) -> Encoder | None:
    return element_encoder(shape_of(without_none(annotation)[0]))


def _plain(checked: Any, encode: Encoder | None) -> PlainValue:
    plain: PlainValue = checked if encode is None or checked is None else encode(checked)
    if type(plain) is str:
        check_text(plain)
    return plain


def _takes_anything(field: FieldCodec) -> bool:
    return field.encode is encode_anything


def _are_related(one: type, other: type) -> bool:
    return issubclass(one, other) or issubclass(other, one)
