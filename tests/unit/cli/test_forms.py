"""Reports for other programs: no text of others ends a cell or an element, or calls anybody."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from trueup._visible import visible
from trueup.cli.verification.forms import junit, markdown
from trueup.cli.verification.lines import Line
from trueup.schema.severity import Severity

LINE = Line("Orders", "differs", "tags.a", "x", "y", "a:1", "arn", Severity.LOW, False, "apply")
HOSTILE = [
    "a|b",
    "a\\|b|c",
    "a\\",
    "`a|b`",
    "``",
    "a\r\nb",
    "a\n| b | c |",
    "<img src=x onerror=alert(1)>",
    "<!-- ",
    "@octocat",
    "#1",
    "[a](https://evil.example)",
    "![a](https://evil.example)",
    "~~a~~ **b**",
    "&lt;",
    "\x00\x1b[31m\x9f\ufffe]]>",
    "\u202egnp",
]
PARSER = MarkdownIt("commonmark").enable("table")


@pytest.mark.parametrize("text", HOSTILE)
def test_cell_of_markdown_holds_its_text_and_nothing_else(text: str) -> None:
    page = markdown([replace(LINE, found=text, fact=text)], "One differs.")
    cells = [token for token in PARSER.parse(page) if token.type == "inline"]
    assert len(cells) == 1 + 7 + 7
    assert [cells[10].content, cells[12].content] == [cells[10].content] * 2
    pieces = [piece for cell in cells for piece in cell.children or ()]
    assert {piece.type for piece in pieces} <= {"text", "text_special"}
    shown = "".join(piece.content for piece in cells[12].children or ())
    assert shown == visible(text).strip()
    assert "@" not in page
    assert " #1" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_xml_is_well_formed(text: str) -> None:
    lines = [
        replace(LINE, table=text, found=text, fact=text, declared_at=text),
        replace(LINE, table=text, verdict="unknown", accepted=True, expected=text),
    ]
    root = ElementTree.fromstring(junit(lines))
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert visible(text).replace("\ufffe", "\\ufffe") in failure.attrib["message"]
