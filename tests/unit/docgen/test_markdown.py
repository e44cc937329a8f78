"""Names and texts of declarations stay within their block, whatever they hold."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from trueup.docgen.text.markdown import (
    Section,
    code,
    document,
    fenced,
    one_line,
    plain,
    prose,
    sentence,
    sentences,
    table,
)

PARSER = MarkdownIt("commonmark").enable("table")
HOSTILE = [
    "a|b",
    "a`b",
    "``",
    "`a` b`",
    " a ",
    "a\nb",
    "<script>alert(1)</script>",
    "[a](b)",
    "![a](b)",
    "**a**",
    "_a_",
    "a_b_c",
    "# a",
    "a\\",
    "\\|",
    "&amp;",
    "{a}`b`",
    "$a$",
    "~~a~~",
    "\x00\x1b[31m",
    "\u202eabc",
    "é ü 😀",
    "-->",
]


def inline(text: str) -> list[tuple[str, str]]:
    """The kind and content of each piece of a page."""
    children = [one for token in PARSER.parse(text) for one in token.children or ()]
    return [(one.type, one.content) for one in children]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_as_code_is_shown_as_it_is(name: str) -> None:
    assert inline(code(name)) == [("code_inline", one_line(name))]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_as_text_is_shown_as_it_is(name: str) -> None:
    shown = inline(f"# {plain(name)}\n")
    assert {kind for kind, _ in shown} <= {"text", "text_special"}
    assert "".join(content for _, content in shown) == one_line(name).strip()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_a_table_stays_in_its_cell(name: str) -> None:
    text = table(("x", "y"), [(code(name), "1"), ("2", code(name))])
    cells = [token for token in PARSER.parse(text) if token.type == "inline"]
    assert len(cells) == 2 + 4
    assert [one.content for one in cells[2].children or ()] == [one_line(name)]


@pytest.mark.parametrize("name", ["", " ", "\n"])
def test_a_name_of_nothing_can_be_seen(name: str) -> None:
    assert inline(code(name))[0][1].strip()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Of `a|b`, and <b>so</b> on.", "Of `a|b`, and \\<b>so\\</b> on."),
        ("One.\n\n    Two\n    three.", "One.\n\nTwo\nthree."),
        ("# Title\n=====\n---\n> quoted", "\\# Title\n\\=====\n\\---\n\\> quoted"),
        ("{ref}`x` and [x](y)", "\\{ref}`x` and \\[x](y)"),
        ("* one\n* two", "* one\n* two"),
        (None, ""),
        ("a\x1b]0;b\x9f \u202e`c\x07`", r"a\x1b]0;b\x9f \u202e`c\x07`"),
        ("```\n\x1b[31m\n```", "````text\n```\n\\x1b[31m\n```\n````"),
    ],
)
def test_what_someone_wrote_is_prose(written: str | None, shown: str) -> None:
    assert prose(written) == shown


def test_blocks_of_code_in_a_docstring_are_shown_as_text() -> None:
    assert prose("See:\n```\nx\n") == "````text\nSee:\n```\nx\n````"


@pytest.mark.parametrize("text", ["```", "a\n````\nb", ""])
def test_code_cannot_end_its_block(text: str) -> None:
    [token] = PARSER.parse(fenced("text", text))
    assert (token.type, token.content.rstrip("\n")) == ("fence", text)


@pytest.mark.parametrize(
    ("language", "shown"), [("text", r'"\x7f\u202e"'), ("json", r'"\u007f\u202e"')]
)
def test_code_has_no_control_characters(language: str, shown: str) -> None:
    assert fenced(language, '"\x7f\u202e"') == f"```{language}\n{shown}\n```"


def test_a_description_becomes_a_sentence() -> None:
    assert sentence("when it\n  was made") == "when it was made."
    assert sentence("Why?") == "Why?"
    assert sentences("one.", "", "two.") == "One. Two."


def test_a_table_without_rows_is_left_out() -> None:
    page = Section("A", (table(("x",), []), "text"), (Section("B"),))
    assert document(page) == "# A\n\ntext\n\n## B\n"
