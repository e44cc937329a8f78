"""Annotations as people write them, the same on every version of Python."""

from __future__ import annotations

from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

_SPOKEN: tuple[tuple[Any, str], ...] = ((type(None), "None"), (Any, "Any"), (Ellipsis, "..."))


def shown_annotation(annotation: Any) -> str:
    """The source of an annotation, without modules: `list[str] | None`."""
    for known, text in _SPOKEN:
        if annotation is known:
            return text
    name = getattr(annotation, "__name__", None)
    if hasattr(annotation, "__value__") and isinstance(name, str):
        return name
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shown_annotation(arguments[0])
    if origin is Literal:
        return f"Literal[{', '.join(map(_literal, arguments))}]"
    if origin in (Union, UnionType):
        return " | ".join(map(shown_annotation, arguments))
    if origin is not None and arguments:
        base = getattr(origin, "__name__", str(origin))
        return f"{base}[{', '.join(map(shown_annotation, arguments))}]"
    return name if isinstance(name, str) else str(annotation)


def _literal(value: object) -> str:
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)
