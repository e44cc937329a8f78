"""Decode rows to models: straight from the JSON text if that gives the same values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from ...errors import Place
from ...expressions.values import Item
from ...model.declarations.base import Model
from ...model.translation.codec import TableCodec
from ...model.translation.encode import field_codecs
from ...model.translation.shapes import Anything, ListOf, MapOf, Record, Shape
from ...operations.actions import View
from .codec import from_json, has_tags


def _validation(annotation: Any) -> Callable[[str], Any]:
    """pydantic's validation of JSON, without the call around it."""
    validate = TypeAdapter(annotation).validator.validate_json
    return partial(validate, strict=False, extra="allow", by_alias=True, by_name=False)


class ItemDecoder:
    """Decodes the items of one view of a table.

    The fast path passes the JSON text to pydantic. Tables of a single entity without derived
    attributes take it, except for texts with tagged values or attributes that the model does not
    know.
    """

    def __init__(self, codec: TableCodec, view: View) -> None:
        self._codec = codec
        self._view = view
        self._model = view.model or codec.table.model
        is_shared = codec.table.has_entities or codec.derived
        simple = not is_shared and codec.table.on_read == "keep" and view.model is None
        self._is_fast = simple and not view.as_stored and is_plain_json(self._model)
        self._one = _validation(self._model) if self._is_fast else None
        self._many = _validation(list[self._model]) if self._is_fast else None  # type: ignore[name-defined]

    @property
    def where(self) -> Place:
        """The place of errors about reads."""
        return self._codec.where

    def text(self, text: str) -> Any:
        """The model of one stored text."""
        if self._one is not None and type(text) is str and not has_tags(text):
            try:
                model = self._one(text)
                if not model.__pydantic_extra__:
                    return model
            except ValidationError:
                pass  # it holds the text; the slow path says what is wrong
        return self.item(from_json(text, self._codec.where))

    def texts(self, texts: Sequence[str]) -> list[Any]:
        """The models of several stored texts, in order."""
        models = self._all_at_once(self._many, texts) if self._many and texts else None
        return [self.text(text) for text in texts] if models is None else models

    def _all_at_once(
        self, validate: Callable[[str], list[Any]], texts: Sequence[str]
    ) -> list[Any] | None:
        """The models, if every text is that of one item, without tags and unknown attributes."""
        try:
            joined = f"[{','.join(texts)}]"
            if has_tags(joined):
                return None
            models = validate(joined)
        except (TypeError, ValidationError):  # TypeError: a row holds no text
            return None
        is_known = not any(model.__pydantic_extra__ for model in models)
        return models if is_known and len(models) == len(texts) else None

    def item(self, item: Item) -> Any:
        """The model of one item."""
        if self._view.as_stored:
            return item
        return self._codec.read(item, self._view.unreadable, self._view.part)


@cache
def is_plain_json(model: type[Model]) -> bool:
    """Whether pydantic reads the same values from JSON text as from plain values: no field's type
    depends on the kind of a number or text."""
    return _all_certain(model, set())


def _all_certain(model: type[BaseModel], seen: set[type[BaseModel]]) -> bool:
    if model in seen:
        return True
    seen.add(model)
    return all(_is_certain(codec.shape, seen) for codec in field_codecs(model))


def _is_certain(shape: Shape, seen: set[type[BaseModel]]) -> bool:
    if isinstance(shape, ListOf | MapOf):
        return _is_certain(shape.element, seen)
    if isinstance(shape, Record):
        return _all_certain(shape.model, seen)
    return not isinstance(shape, Anything)
