"""Answers in their forms: streamed, in their order, and never cut off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import count, islice
from typing import Any

import pytest

from tests.unit.lifecycle.shelves import BOOKS, LAYER
from trueup import InvalidCall
from trueup.cli.answers.document import ItemsDocument, ShownRequest, Unreadable, items_document
from trueup.cli.answers.fields import Shown, read_fields
from trueup.cli.answers.requests import request_lines
from trueup.cli.answers.text import LOOKED_AT, items_text

TABLE = LAYER.describe(BOOKS)


def lines(items: list[dict[str, Any]], names: list[str], width: int = 80) -> list[str]:
    return list(items_text(iter(items), names, width))


def endless() -> Iterator[dict[str, Any]]:
    return ({"n": number} for number in count())


def test_columns_stand_where_a_line_has_room() -> None:
    items: list[dict[str, Any]] = [{"b": "x", "a": 1}, {"a": 22, "c": None}]
    assert lines(items, ["a", "b", "d"]) == [
        "a   b  c",
        "--  -  -",
        "1   x",
        "22",
    ]


@pytest.mark.parametrize(("width", "is_table"), [(7, True), (6, False)])
def test_table_may_take_the_whole_width(width: int, is_table: bool) -> None:
    assert (len(lines([{"a": "xx", "b": "yyy"}], ["a", "b"], width)) == 3) == is_table


def test_blocks_stand_where_a_line_has_no_room() -> None:
    items = [{"a": "1", "text": "one two three four five six"}, {"text": "x"}]
    assert lines(items, ["text", "a"], width=26) == [
        "text  one two three four",
        "      five six",
        "a     1",
        "",
        "text  x",
    ]


@pytest.mark.parametrize("width", [80, 10])
def test_name_of_an_attribute_is_shown_and_not_obeyed(width: int) -> None:
    items = [{"a": 1}] * LOOKED_AT + [{"b\x9b": 2}]
    for shown in (lines([{"a\x1b]0;\n": 1}], [], width), lines(items, ["a"], width)):
        assert all(line.isprintable() for line in shown)
    assert '"a\\u001b]0;\\n"' in lines([{"a\x1b]0;\n": 1}], [], width)[0]


def test_later_cells_are_not_cut_off() -> None:
    items = [{"a": 1}] * LOOKED_AT + [{"a": 123456, "late": "x"}]
    assert lines(items, ["a"])[-1] == "123456  late=x"


@pytest.mark.req("IT6")
def test_lines_come_before_the_last_item_is_read() -> None:
    assert list(islice(items_text(endless(), ["n"], 80), 4))[2:] == ["0", "1"]
    assert list(islice(items_document("T", endless(), []), 3))[1:] == [
        '    {"n": 0},',
        '    {"n": 1},',
    ]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_streamed_document_fits_its_schema(number: int) -> None:
    items = [{"n": Decimal("0.1"), "text": 'a"b'}] * number
    unreadable = [Unreadable(key={"id": "1"}, problem="why")]
    text = "\n".join(items_document("T", iter(items), unreadable))
    document = ItemsDocument.model_validate(json.loads(text))
    assert len(document.items) == number
    assert document.unreadable == unreadable


def test_fields_are_named_by_field_or_stored_name_and_renamed() -> None:
    assert read_fields(TABLE, "") == []
    assert read_fields(TABLE, "title, Title,name=author") == [
        Shown("title", "Title"),
        Shown("Title", "Title"),
        Shown("name", "author"),
    ]
    with pytest.raises(InvalidCall, match="no attribute 'autor'"):
        read_fields(TABLE, "a=autor")


def test_requests_are_broken_between_words_only() -> None:
    sql = "SELECT " + ", ".join(f"column_{number}" for number in range(20)) + ";\n-- parameters: 1"
    request = ShownRequest(action="Query", index="", language="sql", text=sql)
    shown = list(request_lines(request, 80))
    assert all(len(line) <= 80 for line in shown)
    assert " ".join(" ".join(shown).split()) == "Query " + " ".join(sql.split())
