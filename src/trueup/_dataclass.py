"""`@dataclass` whose methods are made when they are first needed.

The standard decorator compiles six methods of each class at once, of which a process that gets one
item calls a few (ADR 0017 has the times). Here `__init__` is made for the first value of a class,
and any other method, by the standard decorator, for its first call. Type checkers see the standard
decorator.

An interrupt while a method is made reaches the caller; the next one has it made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    import sys
    from dataclasses import MISSING

    _LOOKED_UP = ("__init__", "__dataclass_fields__", "__dataclass_params__")
    _CALLED = ("__eq__", "__hash__", "__repr__")

    def dataclass(*, frozen=False, slots=False, repr=True):
        """As the standard one, for fields without `init=False` and `kw_only=True`."""

        def decorate(cls):
            return _prepare(cls, frozen=frozen, slots=slots, repr=repr)

        return decorate

    def _prepare(cls, *, frozen, slots, repr):
        declared = {k: v for k, v in vars(cls).items() if k not in ("__dict__", "__weakref__")}
        own = {
            name: (kind, declared.get(name, MISSING)) for name, kind in cls.__annotations__.items()
        }
        fields = getattr(cls, "__declared__", {}) | own

        def make(name):
            if name == "__init__":
                made = {name: _make_init(prepared, frozen)}
            else:  # from what was declared each time: the standard one changes what it is given
                compare = name in ("__eq__", "__hash__")
                show = name == "__repr__"
                standard = dataclasses.dataclass(init=False, repr=show, eq=compare, frozen=frozen)
                made = vars(standard(_like(prepared, declared)))
            setattr(prepared, name, made[name])
            return made[name]

        namespace = {name: _Attribute(name, make) for name in _LOOKED_UP}
        namespace |= {name: _method(name, make) for name in (_CALLED if repr else _CALLED[:2])}
        namespace |= _FROZEN if frozen else {"__hash__": None}
        namespace |= {"__slots__": tuple(own)} if slots else {}
        namespace |= {"__declared__": fields, "__match_args__": tuple(fields)}
        namespace |= {"__replace__": dataclasses.replace}
        namespace |= {name: value for name, value in declared.items() if name not in own}
        prepared = _like(cls, namespace)
        return prepared

    def _like(cls, namespace):
        made = type(cls)(cls.__name__, cls.__bases__, dict(namespace))
        made.__qualname__ = cls.__qualname__
        return made

    def _make_init(cls, frozen):
        """The standard one would compile the methods of `_FROZEN` as well.

        def __init__(self, name, number=__number__, tags=__unset__):
            __set__(self, "name", name)
            __set__(self, "number", number)
            __set__(self, "tags", __tags__() if tags is __unset__ else tags)
        """
        scope = {"__set__": object.__setattr__, "__unset__": _UNSET}
        parameters, lines = ["self"], []
        for name, (_, default) in cls.__declared__.items():
            parameter, value = _parameter(name, default, scope)
            parameters.append(parameter)
            lines.append(
                f"__set__(self, {name!r}, {value})" if frozen else f"self.{name} = {value}"
            )
        if hasattr(cls, "__post_init__"):
            lines.append("self.__post_init__()")
        text = f"def create({', '.join(scope)}):\n def __init__({', '.join(parameters)}):\n  "
        text += "\n  ".join(lines or ["pass"]) + "\n return __init__"
        found = {}
        exec(text, vars(sys.modules[cls.__module__]), found)
        made = found["create"](**scope)
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        made.__annotations__ = {name: kind for name, (kind, _) in cls.__declared__.items()}
        made.__annotations__["return"] = None
        return made

    def _parameter(name, default, scope):
        """How a field is taken and what it is set to. What they name is added to `scope`."""
        factory = MISSING
        if isinstance(default, dataclasses.Field):
            default, factory = default.default, default.default_factory
        if factory is not MISSING:
            scope[f"__{name}__"] = factory
            return f"{name}=__unset__", f"__{name}__() if {name} is __unset__ else {name}"
        if default is not MISSING:
            scope[f"__{name}__"] = default
            return f"{name}=__{name}__", name
        return name, name

    class _Unset:
        """The default of a parameter whose field has a factory."""

        def __repr__(self):
            return "<factory>"

    _UNSET = _Unset()

    class _Attribute:
        """Stands for an attribute of a class until it is looked up."""

        __slots__ = ("_make", "_name")

        def __init__(self, name, make):
            self._name = name
            self._make = make

        def __get__(self, instance, owner):
            made = self._make(self._name)
            return made.__get__(instance, owner) if hasattr(made, "__get__") else made

    def _method(name, make):
        """Stands for a method until it is called.

        CPython takes an error while it looks these up, an interrupt too, for "there is none": it
        would compare by identity.
        """

        def call(self, *other):
            return make(name)(self, *other)

        return call

    def _refuse_to_set(_self, name, _value):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_to_delete(_self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _state(self):
        return [getattr(self, name) for name in self.__declared__]

    def _set_state(self, state):
        for name, value in zip(self.__declared__, state, strict=True):
            object.__setattr__(self, name, value)

    _FROZEN = {
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
        "__getstate__": _state,
        "__setstate__": _set_state,
    }

__all__ = ["dataclass"]
