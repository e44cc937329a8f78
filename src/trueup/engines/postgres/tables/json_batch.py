"""Many rows of one table as one parameter: a JSON text, which the server makes rows of again.

Its values are the parameters that one row would have, in their text forms, so that the server reads
each as it reads that of a single write. Rows go in as they come.

Source: https://www.postgresql.org/docs/15/functions-json.html (json_to_recordset)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..payload import Parameters, Statement
from ..values.names import quote
from ..values.types import Column

MOST_CHARACTERS = 8_000_000
"""Of a JSON text: the server holds several copies while it reads one."""


def rows_of_json(columns: Sequence[Column]) -> str:
    """The SELECT of rows with these columns, from the JSON text of `json_statement`."""
    names = [f'r."{number}"' for number in range(len(columns))]
    values = ", ".join(column.placed(name) for column, name in zip(columns, names, strict=True))
    types = ", ".join(
        f'"{number}" {"text[]" if column.type.element else "text"}'
        for number, column in enumerate(columns)
    )
    targets = ", ".join(quote(column.name) for column in columns)
    return f"({targets}) SELECT {values} FROM json_to_recordset($1::json) AS r({types})"


def json_statement(sql: str, rows: Sequence[Parameters]) -> Statement | None:
    """The statement that writes all rows; None if they are too many characters for one."""
    names = [str(number) for number in range(len(rows[0]))]
    text = _encode([dict(zip(names, row, strict=True)) for row in rows])
    return None if len(text) > MOST_CHARACTERS else Statement(sql, (text,))


def _bytes_text(value: Any) -> str:
    """The text form of the only parameters that are neither text nor JSON's own values."""
    return f"\\x{bytes(value).hex()}"


_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=_bytes_text, check_circular=False
).encode
