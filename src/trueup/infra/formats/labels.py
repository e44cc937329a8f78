"""Names in the manner of languages that write them in lower case."""

from __future__ import annotations

import re


def label(name: str) -> str:
    """A name in lower case: `OrdersTable` is `orders_table`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
