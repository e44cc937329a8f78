"""Every hazard has its row in docs/hazards.md, with the option that allows it."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT
from tests.unit.schema.test_plan import TABLE
from trueup.schema.changes import SetTtl
from trueup.schema.hazard import HazardCode
from trueup.schema.hazards import hazards_of
from trueup.schema.severity import Severity

PAGE = ROOT / "docs" / "hazards.md"
ROW = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)


def test_page_has_a_row_for_each_code_and_no_other() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert sorted(rows) == sorted(code.value for code in HazardCode)


def test_items_that_will_be_deleted_are_critical_as_the_page_says() -> None:
    (found,) = hazards_of(SetTtl(TABLE, None, "expires_at"))
    assert (found.code, found.severity) == (HazardCode.EXPIRY_DELETES, Severity.CRITICAL)
    assert "`critical` items that are lost" in PAGE.read_text(encoding="utf-8")
