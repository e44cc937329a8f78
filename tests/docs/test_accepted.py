"""The accepted facts that the pages show are facts of tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.docs.pages import ROOT, Block, blocks_of
from trueup import DynamoDB, Index, Layer, Model, Table
from trueup.engines.open_tables import unopened_layer
from trueup.lifecycle.accepted import parse_accepted
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import verify_tables
from trueup.schema.engine import LiveTable
from trueup.schema.facts import dotted

FILE = "# file: accepted.txt\n"


class Note(Model):
    id: str
    author: str


NOTES = Table(
    "Notes",
    Note,
    partition="id",
    indexes=[Index("ByAuthor", partition="author")],
    dynamodb=DynamoDB(contributor_insights="throttled_keys"),
)
LAYER = Layer("notes", target="dynamodb", tables=[NOTES])


def examples() -> Iterator[tuple[str, Block]]:
    """The files of accepted facts, with their pages."""
    for name in ("commands/verify.md", "guides/tutorial.md"):
        blocks = blocks_of(ROOT / "docs" / name)
        yield from ((name, block) for block in blocks if block.code.startswith(FILE))


EXAMPLES = list(examples())


@pytest.mark.parametrize(("page", "block"), EXAMPLES, ids=[page for page, _ in EXAMPLES])
def test_accepted_fact_of_a_page_is_one_of_a_table(page: str, block: Block) -> None:
    accepted = parse_accepted(block.code, page)
    declared = declared_tables(unopened_layer("dynamodb://eu-west-1", LAYER))
    agreeing = verify_tables(declared, lambda name: LiveTable(declared[name]))
    facts = {dotted(one.difference.path) for one in agreeing.findings}
    assert {fact for _, fact in accepted.patterns} <= facts


def test_both_pages_show_a_file() -> None:
    assert [page for page, _ in EXAMPLES] == ["commands/verify.md", "guides/tutorial.md"]
