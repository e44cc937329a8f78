"""The forms in which items come from elsewhere, and the port of what translates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeAlias

ItemForm: TypeAlias = Literal["dynamodb", "plain"]
"""`dynamodb`: `{"id": {"S": "a"}}`, as stream records, exports and boto3's client have it.
`plain`: `{"id": "a"}`, with Decimal, bytes and sets, as boto3's resource has it."""


class Translates(Protocol):
    """Translates the items of one table."""

    def read(self, item: Mapping[str, Any], form: ItemForm) -> Any:
        """The model of an item."""
        ...

    def write(self, model: Any, form: ItemForm) -> dict[str, Any]:
        """The item of a model."""
        ...
