"""The pages of the tables are complete, and what they show is true."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from systems.nexus.models import ControlEnrichment
from systems.nexus.tables import enrichments, layer
from trueup.docgen import render_pages, stale_pages
from trueup.engines.connect import target_engine

FOLDER = Path(__file__).parents[1] / "docs"
PAGES = render_pages(layer, target_engine(layer))
"""As they are made now; the files are compared with them."""
PAGE = PAGES["ttl.md"]
OF_ENRICHMENTS = PAGE.partition("\n## ControlEnrichments\n")[2].partition("\n## ")[0]
ROWS = [
    [re.sub(r"\]\(.*?\)|[`\[]", "", cell).strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ")
]


def test_pages_are_what_the_declarations_say() -> None:
    """If not: `make generate`."""
    assert stale_pages(layer, target_engine(layer), FOLDER) == []


@pytest.mark.req("N107")
def test_section_10_of_the_design_is_the_schema_as_it_is_declared() -> None:
    """Every table with its keys and indexes, generated: `make generate` if it is out of date."""
    file = FOLDER.parent / "hld" / "section-10.md"
    assert stale_pages(layer, target_engine(layer), file) == []
    text = file.read_text(encoding="utf-8")
    for table in layer.tables:
        described = layer.describe(table)
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        names = [part.attribute for part in described.key] + list(described.indexes)
        assert [name for name in names if f"`{name}`" not in section] == [], table.name


@pytest.mark.req("N98")
def test_page_says_which_tables_expire_and_which_do_not() -> None:
    expiring = {table.name for table in layer.tables if layer.describe(table).expires}
    assert {row[0] for row in ROWS[1:]} == expiring
    others = PAGE.partition("Items of the other tables never expire: ")[2].partition("\n")[0]
    assert set(re.findall(r"`(\w+)`", others)) == {table.name for table in layer.tables} - expiring


@pytest.mark.req("N97", "N99", "N100")
def test_page_says_how_enrichments_expire() -> None:
    [row] = [row for row in ROWS if row[0] == "ControlEnrichments"]
    head = ["table", "in the database", "attribute", "format", "an item is kept for"]
    assert dict(zip(head, row, strict=True)) == {
        "table": "ControlEnrichments",
        "in the database": "the value of ENRICHMENT_TABLE_NAME, else Enrichment",
        "attribute": "expiryTime",
        "format": "Number, whole epoch seconds",
        "an item is kept for": "180 days after created_at",
    }
    assert ROWS[0] == head


@pytest.mark.req("N99", "N100")
def test_page_shows_a_value_that_the_policy_gives() -> None:
    shown = re.search(r"`(\d+)` is (\S+Z)\.", OF_ENRICHMENTS)
    assert shown is not None
    expiry = datetime.fromtimestamp(int(shown[1]), UTC)
    assert f"{expiry:%Y-%m-%dT%H:%M:%SZ}" == shown[2]
    made = re.search(r'"created_at": "(.*?)"', PAGES["ControlEnrichments.md"])
    assert made is not None
    assert expiry == datetime.fromisoformat(made[1]) + timedelta(days=180)


@pytest.mark.req("N101")
def test_code_of_the_page_sets_the_expiry() -> None:
    names: dict[str, Any] = {}
    before = datetime.now(UTC)
    setup, setting = re.findall(r"```python\n(.*?)```", OF_ENRICHMENTS, re.DOTALL)
    first, _, change = setting.partition("# Another expiry")
    exec(setup, names)
    exec(first, names)
    repository, item = names["repository"], names["item"]
    stored = repository.get(item.control_key)
    assert isinstance(stored, ControlEnrichment)
    assert stored.expires_at is not None
    assert abs(stored.expires_at - before - timedelta(days=180)) < timedelta(minutes=1)
    exec(f"#{change}", names)
    changed = repository.get(item.control_key)
    assert abs(changed.expires_at - before - timedelta(days=30)) < timedelta(minutes=1)
    names["db"].close()


@pytest.mark.parametrize("table", layer.tables, ids=lambda table: table.name)
def test_every_table_has_a_page_with_its_patterns(table: Any) -> None:
    text = PAGES[f"{table.name}.md"]
    assert [one.name for one in table.patterns if f"\n### {one.name}\n" not in text] == []
    assert enrichments in layer.tables
