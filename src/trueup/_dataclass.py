"""`@dataclass`: the standard decorator, with a single method of each class compiled (ADR 0033)."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(field_specifiers=(dataclasses.field,))
def dataclass(*, frozen: bool = False, slots: bool = False) -> Callable[[type[T]], type[T]]:
    """Like the standard decorator. Values that are not frozen have no hash."""
    make = dataclasses.dataclass(init=not frozen, slots=slots, eq=False, repr=False)

    def decorate(declared: type[T]) -> type[T]:
        made: Any = make(declared)
        fields = dataclasses.fields(made)
        shown = [field.name for field in fields if field.repr]
        compared = [field.name for field in fields if field.compare]
        # The class twice, so that the getter returns a tuple for any number of fields.
        values = attrgetter("__class__", "__class__", *compared)

        def equals(self: T, other: object) -> bool:
            return values(self) == values(other) if type(other) is type(self) else NotImplemented

        def show(self: T) -> str:
            return f"{made.__qualname__}({', '.join(f'{n}={getattr(self, n)!r}' for n in shown)})"

        made.__eq__ = equals
        made.__hash__ = (lambda self: hash(values(self))) if frozen else None
        made.__repr__ = vars(declared).get("__repr__", show)
        if frozen:
            _freeze(made, fields)
        kind: type[T] = made
        return kind

    return decorate


def _freeze(made: Any, fields: Sequence[dataclasses.Field[Any]]) -> None:
    """Give a class what freezes its values: the standard decorator compiles two methods for it."""
    made.__init__ = _init(made, fields)
    made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
    made.__getstate__, made.__setstate__ = _state, _set_state


def _init(made: Any, fields: Sequence[dataclasses.Field[Any]]) -> Any:
    """The `__init__` of a frozen class.

    def __init__(self, name, size=size_, tags=factory_, *, only=only_):
        set_(self, "name", name)
        set_(self, "size", size)
        set_(self, "tags", tags_() if tags is factory_ else tags)
        set_(self, "only", only)
    """
    scope: dict[str, Any] = {"set_": object.__setattr__, "factory_": _FACTORY}
    given = sorted((field for field in fields if field.init), key=lambda field: bool(field.kw_only))
    parameters, lines = ["self"], []
    for field in given:
        if field.kw_only and "*" not in parameters:
            parameters.append("*")
        parameter, value = _parameter(field, scope)
        parameters.append(parameter)
        lines.append(f"  set_(self, {field.name!r}, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("  self.__post_init__()")
    text = f"def make({', '.join(scope)}):\n def __init__({', '.join(parameters)}):\n"
    found: dict[str, Any] = {}
    text += "\n".join([*(lines or ["  pass"]), " return __init__"])
    exec(text, vars(sys.modules[made.__module__]), found)
    init = found["make"](**scope)
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__annotations__ = {field.name: field.type for field in given} | {"return": None}
    return init


def _parameter(field: dataclasses.Field[Any], scope: dict[str, Any]) -> tuple[str, str]:
    """How a field is taken, and the value it is set to. What they name is added to the scope."""
    name, default = field.name, f"{field.name}_"
    if field.default_factory is not dataclasses.MISSING:
        scope[default] = field.default_factory
        return f"{name}=factory_", f"{default}() if {name} is factory_ else {name}"
    if field.default is not dataclasses.MISSING:
        scope[default] = field.default
        return f"{name}={default}", name
    return name, name


class _Factory:
    """The default of a parameter whose field has a factory."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: Sequence[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
