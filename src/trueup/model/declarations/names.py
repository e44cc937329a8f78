"""Stored names of attributes: by a rule for a whole model, or by a name for a single field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from ..._kinds import checks_kinds
from ...errors import DeclarationError
from ...expressions.values import is_text

NamingRule = Literal["as_written", "camelCase", "PascalCase", "kebab-case", "UPPER_CASE"]

_WORD_START = re.compile(r"_+([a-zA-Z0-9])")


def _camel(name: str) -> str:
    return _WORD_START.sub(lambda match: match[1].upper(), name)


def _pascal(name: str) -> str:
    camel = _camel(name)
    return camel[:1].upper() + camel[1:]


RULES: dict[str, Callable[[str], str]] = {
    "as_written": str,
    "camelCase": _camel,
    "PascalCase": _pascal,
    "kebab-case": lambda name: name.replace("_", "-"),
    "UPPER_CASE": str.upper,
}


@checks_kinds(fix='call it as stored_as("name")')
def stored_as(attribute: str) -> Any:
    """Store a field under `attribute`, whatever the model's rule says.

    It goes into `Annotated`, so that type checkers keep the field's Python name in the constructor:
    `control_key: Annotated[str, stored_as("control_id")]`.

    Raises DeclarationError if UTF-8 cannot encode the name.
    """
    if not is_text(attribute):
        raise DeclarationError(
            f"the attribute name {attribute!r} holds half of a surrogate pair, which no database "
            "can store",
            fix="give the attribute another name",
        )
    return Field(alias=attribute)


def stored_name(name: str, field: FieldInfo) -> str:
    """The attribute name of `field` in stored items. name: its Python name."""
    return field.alias or name
