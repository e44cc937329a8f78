"""Annotations are shown as people write them, on every version of Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, Literal, Optional, Union

import pytest
from pydantic import Field
from typing_extensions import TypeAliasType

from trueup import Model
from trueup.docgen.values.annotations import shown_annotation

Name = TypeAliasType("Name", str)


class Size(Enum):
    SMALL = "s"


class Item(Model):
    id: str


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        (str, "str"),
        (None, "None"),
        (Any, "Any"),
        (str | None, "str | None"),
        (Optional[str], "str | None"),  # noqa: UP045  # both ways of writing it
        (Union[int, str], "int | str"),  # noqa: UP007
        (list[str], "list[str]"),
        (dict[str, list[int] | None], "dict[str, list[int] | None]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Sequence[Item], "Sequence[Item]"),
        (Mapping[str, Any], "Mapping[str, Any]"),
        (Annotated[int, Field(ge=0)], "int"),
        (Annotated[int, []], "int"),
        (Literal["a", 1, Size.SMALL], "Literal['a', 1, Size.SMALL]"),
        (Name, "Name"),
        (Size, "Size"),
    ],
)
def test_annotation_is_shown(annotation: Any, shown: str) -> None:
    assert shown_annotation(annotation) == shown
