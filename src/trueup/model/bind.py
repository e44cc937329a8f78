"""Bind expressions to a table: Python names and values become wire names and plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..errors import Code, RequestError, place
from ..expressions import (
    Condition,
    Path,
    Role,
    Segment,
    SortCondition,
    Update,
    as_condition,
    as_sort_conditions,
    check_condition,
    check_updates,
    exact_number,
    rewrite_condition,
    rewrite_update,
)
from ..expressions.values import PlainValue
from .base import Model
from .codec import code_of
from .description import KeyAttribute, TableDescription
from .encode import FieldCodec, encode_anything, encoder_of, field_codecs
from .shapes import shape_of, without_none


@dataclass(frozen=True, slots=True)
class Target:
    """Where a path leads: its wire segments and the type of what is there."""

    segments: tuple[Segment, ...]
    annotation: Any
    field: FieldCodec | None


class Binder:
    """Binds conditions and updates to one table."""

    def __init__(self, table: TableDescription) -> None:
        self.table = table

    def condition(self, condition: Condition | bool) -> Condition:
        """A condition on this table's items.

        Raises RequestError for a bool, an unknown attribute, or a value that does not fit.
        """
        bound = rewrite_condition(as_condition(condition), self.path, self.value)
        return check_condition(bound)

    def updates(self, updates: Sequence[Update]) -> tuple[Update, ...]:
        """Changes of this table's items; None becomes NULL or takes the attribute away."""
        return tuple(self._update(update) for update in check_updates(updates))

    def _update(self, update: Update) -> Update:
        return rewrite_update(update, self.path, self.value)

    def sort(
        self, condition: Condition | bool, keys: Sequence[KeyAttribute]
    ) -> tuple[SortCondition, ...]:
        """The condition on the sort key of a query. keys: the sort attributes, in order."""
        bound = rewrite_condition(as_condition(condition), self.path, self.value)
        return as_sort_conditions(bound, [Path(None, (key.wire,)) for key in keys])

    def path(self, path: Path) -> Path:
        """The same path in names of the wire."""
        return Path(None, self.target(path).segments)

    def target(self, path: Path) -> Target:
        """Follow a path through the models of this table."""
        root = self._root(path)
        target = resolve(root, path.segments)
        if target is None:
            raise RequestError(
                f"{root.__name__} has no attribute {path}",
                code=Code.UNKNOWN_ATTRIBUTE,
                where=place(table=self.table.name),
                fix=f"the attributes are: {', '.join(root.model_fields)}",
            )
        return target

    def _root(self, path: Path) -> type[Model]:
        root = path.root
        known = (self.table.model, *self.table.models.values())
        if root is not None and any(_are_related(root, model) for model in known):
            return cast("type[Model]", root)
        name = root.__name__ if root else "nothing"
        raise RequestError(
            f"the path {path} belongs to {name}, which is not stored in this table",
            code=Code.UNKNOWN_ATTRIBUTE,
            where=place(table=self.table.name),
            fix=f"use attributes of {self.table.model.__name__}",
        )

    def value(self, path: Path, literal: object, role: Role) -> PlainValue:
        """The plain value of a literal that stands beside `path`."""
        if role is Role.SIZE or role is Role.AMOUNT:
            return self._number(path, literal)
        target = self.target(path)
        annotation = target.annotation
        if role is Role.ELEMENT and _is_collection(annotation):
            annotation = _element_of(annotation)
        elif role is not Role.VALUE:
            annotation = type(literal)  # a part of a text or of bytes
        return self._checked(path, annotation, literal)

    def _number(self, path: Path, literal: object) -> PlainValue:
        if isinstance(literal, bool) or not isinstance(literal, int | float | Decimal):
            raise self._misfit(path, "a number is needed here", Code.WRONG_TYPE)
        return exact_number(literal)

    def _checked(self, path: Path, annotation: Any, literal: object) -> PlainValue:
        if literal is None:
            return self._null(path)
        try:
            checked = _adapter(annotation).validate_python(literal)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            raise self._misfit(path, problem["msg"], code_of(problem["type"])) from None
        encode = encoder_of(shape_of(without_none(annotation)[0]))
        plain: PlainValue = checked if encode is None else encode(checked)
        return frozenset() if isinstance(plain, frozenset) and not plain else plain

    def _null(self, path: Path) -> PlainValue:
        field = self.target(path).field
        if field is not None and not field.optional and not _takes_anything(field):
            raise self._misfit(path, "None is not among its values", Code.WRONG_TYPE)
        return None

    def _misfit(self, path: Path, why: str, code: Code) -> RequestError:
        return RequestError(
            f"a value for {path} does not fit: {why}",
            code=code,
            where=place(table=self.table.name, attribute=str(path)),
            fix="give a value of the type the attribute is declared with",
        )


def _takes_anything(field: FieldCodec) -> bool:
    return field.encode is encode_anything


def _are_related(one: type, other: type) -> bool:
    return issubclass(one, other) or issubclass(other, one)


@cache
def resolve(model: type[BaseModel], segments: tuple[Segment, ...]) -> Target | None:
    """Where `segments` lead from `model`; None where there is no such attribute."""
    first, *rest = segments
    field = next((codec for codec in field_codecs(model) if codec.name == first), None)
    if field is None:
        return None
    target = Target((field.wire,), field.annotated, None if rest else field)
    for segment in rest:
        following = _step(target.annotation, segment)
        if following is None:
            return None
        target = replace(following, segments=(*target.segments, *following.segments))
    return target


def _step(annotation: Any, segment: Segment) -> Target | None:
    """One step down: into a nested model, a map or a list."""
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return resolve(bare, (segment,)) if isinstance(segment, str) else None
    if bare is Any:
        return Target((segment,), Any, None)
    origin, arguments = get_origin(bare), get_args(bare)
    if bare is dict or origin is dict:
        return Target((segment,), arguments[1] if arguments else Any, None)
    if isinstance(segment, int) and (bare in (list, tuple) or origin in (list, tuple)):
        return Target((segment,), arguments[0] if arguments else Any, None)
    return None


def _bare(annotation: Any) -> Any:
    """The annotation without None and without metadata."""
    annotation, _ = without_none(annotation)
    while get_origin(annotation) is Annotated:
        annotation, _ = without_none(get_args(annotation)[0])
    return annotation


def _is_collection(annotation: Any) -> bool:
    return get_origin(_bare(annotation)) in (list, tuple, set, frozenset)


def _element_of(annotation: Any) -> Any:
    arguments = get_args(_bare(annotation))
    return arguments[0] if arguments else Any


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)
