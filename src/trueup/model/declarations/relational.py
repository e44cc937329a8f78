"""Facts of a declaration that only relational engines have."""

from __future__ import annotations

from ..._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Relational:
    """Settings of a table on SQL engines. A layer refuses settings that no engine honours yet.

    schema: the SQL schema (namespace) of the table.
    unknown_attributes: the JSON column for attributes that the model does not know.
    """

    schema: str | None = None
    unknown_attributes: str | None = None
