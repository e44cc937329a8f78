"""Model: a pydantic model whose class attributes are paths.

`Order.status` on the class is a path, for comparisons (`Order.status == "open"`) and `at()`; on an
instance it is the value. A type checker sees plain pydantic in both cases.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from ..._kinds import misspelt
from ...errors import DeclarationError, Place
from ...expressions.builder import FieldPath
from ...expressions.path import Path
from ..translation.encode import plain_parts
from .fields import Composer
from .names import RULES, NamingRule

_CONFIG = ConfigDict(
    extra="forbid",
    validate_by_name=True,
    validate_by_alias=True,
    validate_assignment=True,
    hide_input_in_errors=True,
)

if TYPE_CHECKING:

    class Model(BaseModel):
        """A typed item: declare its attributes as pydantic fields.

        names: the rule that makes stored names from Python names, for example
        `class Mapping(Model, names="camelCase")`. Fields with their own `stored_as()` keep that.

        An unknown keyword is refused. Errors of validation do not show the values.
        """

        def __init_subclass__(cls, *, names: NamingRule = ..., **kwargs: Any) -> None: ...

else:
    # While pydantic builds a subclass, it looks each field name up in the base class, to warn of
    # # shadowed attributes; it must not find a path.
    _building = ContextVar("building", default=0)

    class _ModelMeta(type(BaseModel)):
        def __new__(mcls, name, bases, namespace, *, names=None, **kwargs):
            if names is not None:
                kwargs["alias_generator"] = _rule(names, name)
            token = _building.set(_building.get() + 1)
            try:
                model = super().__new__(mcls, name, bases, namespace, **kwargs)
            finally:
                _building.reset(token)
            for composer in _composers(model).values():
                composer.plain = composer.plain or partial(plain_parts, model)
            _move_behind_parts(model)
            return model

        def __getattr__(cls, name):
            fields = cls.__dict__.get("__pydantic_fields__")
            if fields and name in fields and not _building.get():
                return FieldPath(Path(cls, (name,)))
            if fields and not name.startswith("_"):
                raise AttributeError(
                    f"{cls.__name__} has no field {name!r}; {misspelt(name, fields, 'fields')}"
                )
            return super().__getattr__(name)

    def _composers(model):
        fields = (model.__dict__.get("__pydantic_fields__") or {}).items()
        return {
            name: field.default_factory
            for name, field in fields
            if isinstance(field.default_factory, Composer)
        }

    def _move_behind_parts(model):
        # An entity composes a key that its base declares: pydantic leaves the field in the place
        # of the base's, before the entity's own fields, and validates in that order.
        names = list(model.__dict__.get("__pydantic_fields__") or ())
        early = [
            name
            for name, composer in _composers(model).items()
            if any(name in getattr(base, "model_fields", {}) for base in model.__bases__)
            and any(part in names[names.index(name) :] for part in composer.template.fields)
        ]
        if early:
            fields = model.__pydantic_fields__
            ordered = [*(name for name in names if name not in early), *early]
            model.__pydantic_fields__ = {name: fields[name] for name in ordered}
            model.model_rebuild(force=True, raise_errors=False)

    def _rule(names, model):
        if names not in RULES:
            raise DeclarationError(
                f"there is no naming rule {names!r}",
                where=Place(note=f"model {model}"),
                fix=f"use one of {', '.join(RULES)}",
            )
        return RULES[names]

    class Model(BaseModel, metaclass=_ModelMeta):
        """A typed item: declare its attributes as pydantic fields.

        names: the rule that makes stored names from Python names, for example
        `class Mapping(Model, names="camelCase")`. Fields with their own `stored_as()` keep that.

        An unknown keyword is refused. Errors of validation do not show the values.
        """

        model_config = _CONFIG

        def __setattr__(self, name, value):
            # pydantic forgets the attributes that only the stored item had when it validates an
            # assignment; without them a put would erase what a newer program wrote.
            kept = self.__pydantic_extra__
            super().__setattr__(name, value)
            if kept:
                object.__setattr__(self, "__pydantic_extra__", kept)
