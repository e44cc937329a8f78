"""Every hazard has its row in docs/hazards.md, with the option that allows it."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT
from trueup.schema.hazards import HazardCode

PAGE = ROOT / "docs" / "hazards.md"
ROW = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)


def test_page_has_a_row_for_each_code_and_no_other() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert sorted(rows) == sorted(code.value for code in HazardCode)
