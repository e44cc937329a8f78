"""Parts of a composed text."""

from __future__ import annotations

from typing import cast

from pydantic import BaseModel

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions.builder import FieldPath
from ...expressions.path import Path
from .fields import template_of


def parts_of(composed_field: str | None, text: str) -> dict[str, str]:
    """The text of each part, by field name: `parts_of(Mapping.mapping_key, "a#b")`.

    composed_field: the field on the class, which type checkers take for its value. Escapes are
    undone; numbers and dates stay as written in the text.

    Raises:
        InvalidCall: (wrong-type) the argument is no composed field of a model;
            (composed-mismatch) its template did not build the text.
    """
    field: object = composed_field
    path = field._path if isinstance(field, FieldPath) else Path(None, ())
    if path.root is not None and len(path.segments) == 1:
        model = cast("type[BaseModel]", path.root)
        template = template_of(model.model_fields[str(path.segments[0])])
        if template is not None and isinstance(text, str):
            return template.parse(text)
    raise InvalidCall(
        "parts_of() was given something else than a composed field of a model",
        code=ErrorCode.WRONG_TYPE,
        where=Place(attribute=str(path)) if path.segments else Place(note="parts_of"),
        fix="name the field on the class, as in parts_of(Order.key, text), and declare it with "
        'composed("{a}#{b}")',
    )
