"""What a plan says of a new table: its keys, in the words of its engine."""

from __future__ import annotations

from typing import Any

from trueup.cli.planning.words import table_lines
from trueup.schema.tables import AttributeSchema, IndexSchema, TableSchema

ID, MADE = AttributeSchema("id", "S"), AttributeSchema("made", "S")
COLUMNS = {"id": {"type": "uuid", "required": True}, "made": {"type": "timestamptz"}}


def lines(facts: Any) -> list[str]:
    index = IndexSchema("by_time", (MADE,), (ID,))
    return list(table_lines(TableSchema("jobs", (ID,), indexes={"by_time": index}, facts=facts)))


def test_keys_of_a_relational_table_have_the_types_of_its_columns() -> None:
    assert lines({"columns": COLUMNS})[:2] == [
        "key (id uuid)",
        "index by_time (made timestamptz; id uuid)",
    ]


def test_keys_of_other_tables_have_the_kinds_of_keys() -> None:
    said = ["key (id S)", "index by_time (made S; id S), all attributes"]
    assert lines({})[:2] == lines({"columns": {"id": "text", "made": "text"}})[:2] == said
