"""The type of a relational table's column, from its field's type and constraints."""

from __future__ import annotations

from dataclasses import replace

from ....model.declarations.relational import Relational
from ....model.description.tables import Attribute
from ....model.translation.shapes import Leaf, ListOf, Scalar, SetOf, Shape, field_shape
from .geometries import geometry_type
from .ranges import range_type
from .types import PLAIN, ColumnType, Form, array_of, is_whole, other_text, whole

_FORMS = {
    Leaf.NUMBER: Form.NUMBER,
    Leaf.EPOCH: Form.NUMBER,
    Leaf.FLOAT: Form.REAL,
    Leaf.BOOLEAN: Form.BOOLEAN,
    Leaf.BYTES: Form.BYTES,
    Leaf.DATETIME: Form.INSTANT,
    Leaf.SECONDS: Form.SECONDS,
    Leaf.DATE: Form.DATE,
    Leaf.UUID: Form.UUID,
}
GEOMETRIES, RANGES = "trueup.geo", "trueup.ranges"
"""The modules of their models. By name: to import them takes more than 10 ms."""
_OF_ARRAYS = frozenset(
    {Leaf.TEXT, Leaf.TEXT_ENUM, Leaf.INTEGER, Leaf.NUMBER, Leaf.FLOAT, Leaf.UUID, Leaf.DATE}
)
"""What arrays hold: types whose text is the same on every session."""


def column_type(attribute: Attribute, settings: Relational) -> ColumnType:
    """The type of the column of a field."""
    name = attribute.name
    if name in settings.enums:
        return other_text(f'"{settings.enums[name]}"')
    found = _derived(attribute)
    if name in settings.types:
        found = _named(found, settings.types[name])
        if settings.types[name].removesuffix("[]").strip('"') in settings.enums.values():
            found = replace(found, collation="")  # an enum has its own order
    if name in settings.collations:
        found = replace(found, collation=settings.collations[name])
    return found


def _named(derived: ColumnType, name: str) -> ColumnType:
    """A type that the declaration names, for values of the derived type's form; JSON holds all."""
    if name == PLAIN[Form.JSON].name:
        return PLAIN[Form.JSON]
    if derived.form is Form.INTEGER and is_whole(name):
        return whole(name)
    if derived.form is Form.TEXT:
        return other_text(name)
    if is_geometry(derived):
        return geometry_type((), name)
    return replace(derived, name=name)


def is_geometry(type_: ColumnType) -> bool:
    """Whether a type is PostGIS's."""
    return type_.name.startswith(("geography(", "geometry("))


def _derived(attribute: Attribute) -> ColumnType:
    shape = attribute.shape
    found = _of_models(attribute)
    if found is not None:
        return found
    if isinstance(shape, Scalar):
        return _scalar(shape.leaf, attribute)
    if isinstance(shape, ListOf | SetOf) and _is_of_arrays(shape.element):
        assert isinstance(shape.element, Scalar)
        form = Form.ARRAY if isinstance(shape, ListOf) else Form.SET
        return array_of(_element(shape.element.leaf), form)
    return PLAIN[Form.JSON]


def _of_models(attribute: Attribute) -> ColumnType | None:
    """The type of geometries or ranges; None for other models, and for what is no model."""
    models = attribute.models
    if models and {model.__module__ for model in models} == {GEOMETRIES}:
        return geometry_type([model.__name__ for model in models])
    if len(models) != 1 or RANGES not in [base.__module__ for base in models[0].__mro__]:
        return None
    ends = field_shape(models[0].model_fields["lower"]).shape
    return range_type(ends.leaf) if isinstance(ends, Scalar) else None


def _is_of_arrays(element: Shape) -> bool:
    return isinstance(element, Scalar) and element.leaf in _OF_ARRAYS


def _element(leaf: Leaf) -> ColumnType:
    return whole("bigint") if leaf is Leaf.INTEGER else PLAIN[_FORMS.get(leaf, Form.TEXT)]


def _scalar(leaf: Leaf, attribute: Attribute) -> ColumnType:
    limits = attribute.constraints
    if leaf in (Leaf.INTEGER, Leaf.NUMBER_ENUM):
        return whole("bigint")
    if leaf is Leaf.NUMBER and limits.digits is not None:
        places = limits.places or 0
        name = f"numeric({limits.digits},{places})"
        return replace(PLAIN[Form.NUMBER], name=name, places=places)
    if leaf is Leaf.TEXT and limits.longest is not None:
        return replace(PLAIN[Form.TEXT], name=f"character varying({limits.longest})")
    return PLAIN[_FORMS.get(leaf, Form.TEXT)]
