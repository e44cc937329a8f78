"""The generated pages of the systems on PostgreSQL: each block runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SYSTEMS = Path(__file__).parents[1]
PAGES = [
    pytest.param(page, id=f"{system}/{page.name}")
    for system in ("domainflow", "pdfjobs")
    for page in sorted((SYSTEMS / system / "docs").glob("*.md"))
    if page.name != "index.md" and page.name.islower()  # the summaries run nothing
]


def test_every_table_has_a_page() -> None:
    assert len(PAGES) == 9


@pytest.mark.parametrize("page", PAGES)
def test_blocks_of_a_page_run(schema_url: str, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    names: dict[str, object] = {}
    try:
        for block in blocks:
            exec(block.replace("postgresql://localhost/app", schema_url), names)
    finally:
        names["db"].close()  # type: ignore[attr-defined]  # a Database
