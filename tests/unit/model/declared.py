"""What the tests of declarations share: a codec of one model, and the problems of a table."""

from __future__ import annotations

from typing import Any

from pydantic import create_model

from trueup import Model, Table
from trueup.expressions import Item
from trueup.model.description.check import check_table, describe
from trueup.model.translation.codec import TableCodec


def model_with(annotation: Any, default: Any = ...) -> type[Any]:
    """A model with the key `key` and one field `value`."""
    fields: dict[str, Any] = {"key": (str, ...), "value": (annotation, default)}
    return create_model("Example", __base__=Model, **fields)


def codec_of(model: type[Model], partition: str = "key", **options: Any) -> TableCodec:
    """The codec of a table of `model`."""
    return TableCodec(describe(Table("Examples", model, partition=partition, **options)))


def stored(value: Model, partition: str = "key") -> Item:
    """The item that a model becomes."""
    return codec_of(type(value), partition).encode(value)


def read_back(value: Model, partition: str = "key") -> Model:
    """The model that is read after it was written."""
    codec = codec_of(type(value), partition)
    return codec.decode(codec.encode(value))


def problems_of(model: type[Model], partition: str = "key", **options: Any) -> list[str]:
    """What is wrong with a table, without the place of its declaration."""
    found = check_table(Table("Examples", model, partition=partition, **options)).problems
    return [problem.split("'Examples': ", 1)[1] for problem in found]
