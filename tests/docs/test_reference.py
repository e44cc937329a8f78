"""The reference lists the public names, each once."""

from __future__ import annotations

import re

import trueup
from tests.docs.pages import ROOT

_LISTED = re.compile(r"^\.\. (?:auto[a-z]+|py:data):: (\w+)$", re.MULTILINE)


def test_reference_lists_every_public_name_once() -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert sorted(_LISTED.findall(text)) == sorted(trueup.__all__)
