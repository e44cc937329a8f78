"""From rows to models: which column is which field, checked before the first row is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, ValidationError

from ...errors import ErrorCode, InvalidCall, NeedsOperator, Place, TrueupError
from ...model.declarations.base import Model
from ...model.translation.annotations import bare, without_none
from ...model.translation.restore import absent_values, restorer_of
from .port import ResultColumn

B = TypeVar("B", bound=BaseModel)

_CACHED = 256

Route = tuple[str, ...]
"""The keys that lead from a model to a value inside it, as pydantic reads them."""


class RowReader(Generic[B]):
    """Reads the rows of one result as models. Raises InvalidCall (columns-differ) when it is made
    if the columns are not the fields."""

    def __init__(
        self,
        model: type[B],
        columns: Sequence[ResultColumn],
        engine: str,
        read_json: Callable[[str], Any],
    ) -> None:
        """engine: its name, for errors. read_json: reads JSON in columns of text."""
        self._model = model
        self._where = Place(engine, note=f"model {model.__name__}")
        problems: list[str] = []
        routes = [self._route(column.name, problems) for column in columns]
        given = [route for route in routes if route is not None]
        problems += sorted({f"two columns are {shown(r)}" for r in given if given.count(r) > 1})
        problems += _missing(model, {*given})
        if problems:
            raise self._differ(problems)
        self._names = tuple(column.name for column in columns)
        self._routes = tuple(given)
        self._optional = tuple(_optional_parts(model, given))
        self._reads = tuple(
            column.read or _reader(model, route, read_json)
            for column, route in zip(columns, self._routes, strict=True)
        )
        self._restore = restorer_of(model) if issubclass(model, Model) else None
        self._defaulted = frozenset(route for route in given if _has_default(model, route))
        self._is_flat = all(len(route) == 1 for route in given)
        self._keys = tuple(route[-1] for route in given)
        named = zip(self._keys, self._reads, self._names, strict=True)
        self._readers = [(key, read, name) for key, read, name in named if read is not None]
        self._default_keys = [route[-1] for route in self._defaulted]

    def _route(self, name: str, problems: list[str]) -> Route | None:
        route = find_route(self._model, name)
        if route is None:
            problems.append(f"the column {name!r} is no field")
        return route

    def _differ(self, problems: Sequence[str]) -> InvalidCall:
        return InvalidCall(
            f"the result is no {self._model.__name__}: {'; '.join(problems)}",
            code=ErrorCode.COLUMNS_DIFFER,
            where=self._where,
            fix="name the columns as the fields, with AS where they differ: "
            'total AS amount, c.name AS "customer.name"',
        )

    def models(self, rows: Sequence[Sequence[Any]], first: int = 1) -> list[B]:
        """The models of rows. first: the number of the first, for errors.

        Raises NeedsOperator (unreadable-item) for a row that does not fit the model.
        """
        return [self._model_of(row, number) for number, row in enumerate(rows, start=first)]

    def _model_of(self, row: Sequence[Any], number: int) -> B:
        item = self._flat(row, number) if self._is_flat else self._nested(row, number)
        refusal: TrueupError
        try:
            return self._model.model_validate(
                item if self._restore is None else self._restore(item),
                strict=False,
                by_alias=True,
                by_name=False,
            )
        except ValidationError as error:
            refusal = self._unreadable(error, number)
        raise refusal

    def _flat(self, row: Sequence[Any], number: int) -> dict[str, Any]:
        """The values of a row by field, if no column is in a nested model."""
        item = dict(zip(self._keys, row, strict=True))
        for key, read, name in self._readers:
            if item[key] is not None:
                item[key] = self._read(read, item[key], name, number)
        for key in self._default_keys:
            if item[key] is None:
                del item[key]
        return item

    def _nested(self, row: Sequence[Any], number: int) -> dict[str, Any]:
        item: dict[str, Any] = {}
        for route, read, name, value in zip(
            self._routes, self._reads, self._names, row, strict=True
        ):
            part = _parts_of(item, route)
            if value is not None:
                part[route[-1]] = value if read is None else self._read(read, value, name, number)
            elif route not in self._defaulted:
                part[route[-1]] = None
        for route in self._optional:
            _empty_to_none(item, route)
        return item

    def _read(self, read: Any, value: Any, name: str, number: int) -> Any:
        try:
            return read(value)
        except (ValueError, ArithmeticError, NeedsOperator):
            pass  # its words may quote the value
        raise self._refused_row(number, [f"{name} (unreadable)"])

    def _unreadable(self, error: ValidationError, number: int) -> NeedsOperator:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        names = {name for route in self._routes for name in route}
        problems = []
        for problem in found:
            steps = [str(s) if s in names or type(s) is int else "*" for s in problem["loc"]]
            problems.append(f"{'.'.join(steps) or 'the whole'} ({problem['type']})")
        return self._refused_row(number, problems)

    def _refused_row(self, number: int, problems: Sequence[str]) -> NeedsOperator:
        return NeedsOperator(
            f"row {number} cannot be read as {self._model.__name__}: {'; '.join(problems)}",
            code=ErrorCode.UNREADABLE_ITEM,
            where=self._where,
            fix="repair the row, or give the field a type that admits what is stored",
        )


@lru_cache(_CACHED)
def row_reader(
    model: type[B],
    columns: tuple[ResultColumn, ...],
    engine: str,
    read_json: Callable[[str], Any],
) -> RowReader[B]:
    """The reader of such results; made once, as a program asks the same again and again."""
    return RowReader(model, columns, engine, read_json)


def shown(route: Route) -> str:
    """A route as it is written in a column's name."""
    return ".".join(route)


def find_route(model: type[BaseModel], name: str) -> Route | None:
    """The field that a column's name means: a stored name, the name of a field, or a path of them
    into nested models; None if there is none."""
    key = _keys(model).get(name)
    if key is not None:
        return (key,)
    head, dot, rest = name.partition(".")
    nested = _nested(model, head) if dot else None
    if nested is not None:
        inner = find_route(nested, rest)
        return None if inner is None else (_keys(model)[head], *inner)
    return (name,) if model.model_config.get("extra") == "allow" else None


@cache
def _keys(model: type[BaseModel]) -> Mapping[str, str]:
    """The key that pydantic reads, by every name of a field; a stored name wins."""
    keys = {name: _key(name, field) for name, field in model.model_fields.items()}
    return keys | {key: key for key in keys.values()}


def _key(name: str, field: Any) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = next((choice for choice in alias.choices if isinstance(choice, str)), None)
    return alias if isinstance(alias, str) else name


@cache
def _fields(model: type[BaseModel]) -> Mapping[str, Any]:
    """The fields of a model by the key that pydantic reads."""
    return {_key(name, field): field for name, field in model.model_fields.items()}


def _nested(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a field, by any of its names."""
    key = _keys(model).get(name)
    kind = bare(_fields(model)[key].annotation) if key is not None else None
    return kind.kind if kind is not None and kind.is_a(BaseModel) else None


def _field_at(model: type[BaseModel], route: Route) -> Any:
    """The field at the end of a route; None for an undeclared one."""
    for key in route[:-1]:
        nested = _nested(model, key)
        if nested is None:
            return None
        model = nested
    return _fields(model).get(route[-1])


def _missing(model: type[BaseModel], given: set[Route], outer: Route = ()) -> Iterator[str]:
    """The required fields that no column fills."""
    present = {route[: len(outer) + 1] for route in given}
    for key, field in _fields(model).items():
        route = (*outer, key)
        nested = _nested(model, key)
        if route not in present:
            if field.is_required() and key not in _absent(model):
                yield f"the field {shown(route)!r} has no column"
        elif route not in given and nested is not None:
            yield from _missing(nested, given, route)


def _absent(model: type[BaseModel]) -> Mapping[str, Any]:
    """Required fields that may be absent, with what absence means: empty sets of our models."""
    found = absent_values(model) if issubclass(model, Model) else {}
    return {name: value for name, value in found.items() if value is not None}


def _optional_parts(model: type[BaseModel], routes: Sequence[Route]) -> Iterator[Route]:
    """The optional nested models that columns fill, innermost first."""
    parts = {route[:length] for route in routes for length in range(1, len(route))}
    for part in sorted(parts, key=len, reverse=True):
        field = _field_at(model, part)
        if field is not None and without_none(field.annotation)[1]:
            yield part


def _has_default(model: type[BaseModel], route: Route) -> bool:
    """Whether NULL in a column means the default of its field: it has one, and admits no None, or
    is that of our model, where NULL is what absence looks like."""
    field = _field_at(model, route)
    if field is None:
        return False
    is_absent = route[-1] in _absent(model) if len(route) == 1 else False
    if field.is_required():
        return is_absent
    return issubclass(model, Model) or not _admits_none(field.annotation)


def _admits_none(annotation: Any) -> bool:
    return annotation in (Any, object, None, type(None)) or without_none(annotation)[1]


def _reader(model: type[BaseModel], route: Route, read_json: Callable[[str], Any]) -> Any:
    """What parses JSON in a column of text, for a field of a list, a map, a set or a model; None
    for other fields."""
    field = _field_at(model, route)
    if field is None:
        return None
    kind = bare(field.annotation)
    members = [bare(one) for one in kind.holds] if kind.is_union else []
    is_model = bool(members) and all(one.is_a(BaseModel) for one in members)
    if not (is_model or kind.is_list or kind.is_a(Mapping, set, frozenset, BaseModel)):
        return None
    return lambda value: read_json(value) if isinstance(value, str) else value


def _parts_of(item: dict[str, Any], route: Route) -> dict[str, Any]:
    """The innermost part that a route leads through, made if it is not there."""
    for key in route[:-1]:
        item = item.setdefault(key, {})
    return item


def _empty_to_none(item: dict[str, Any], route: Route) -> None:
    """Turn a nested model whose columns are all NULL into None."""
    for key in route[:-1]:
        item = item.get(key, {})
    inner = item.get(route[-1])
    if inner is None or (isinstance(inner, dict) and not any(map(_holds, inner.values()))):
        item[route[-1]] = None


def _holds(value: Any) -> bool:
    return value is not None
