"""The reference lists the public names, each once."""

from __future__ import annotations

import re

import trueup
from tests.docs.pages import ROOT

_LISTED = re.compile(r"^\.\. (currentmodule|auto[a-z]+|py:data):: ([\w.]+)$", re.MULTILINE)


def listed() -> dict[str, list[str]]:
    """The names that stand in the reference, by the module that they are imported from."""
    found: dict[str, list[str]] = {}
    module = ""
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    for directive, name in _LISTED.findall(text):
        if directive == "currentmodule":
            module = name
        else:
            found.setdefault(module, []).append(name)
    return found


def test_reference_lists_every_public_name_once() -> None:
    assert sorted(listed()["trueup"]) == sorted(trueup.__all__)
