"""What a database would send to make its tables, as a value, without sending it."""

from __future__ import annotations

from typing import Any

from ...operations.operation import Request
from .open_layer import OpenLayer


class DatabasePreview:
    """The methods of a database, each giving its exact request."""

    def __init__(self, open_layer: OpenLayer) -> None:
        self._open_layer = open_layer

    def create_tables(self) -> Request[Any]:
        """The request of `create_tables`, as it is where no table exists yet."""
        return self._open_layer.engine.create_request()
