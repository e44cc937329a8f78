"""The table of settings is complete, and the guide shows it."""

from __future__ import annotations

import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from trueup.engines.dynamodb.wire.aws.settings import SETTINGS, Setting, Treatment

GUIDE = ROOT / "docs" / "guides" / "dynamodb_settings.md"
NAMES = {setting.name for setting in SETTINGS}


def row(setting: Setting) -> str:
    """A setting as the guide shows it."""
    key = f", `{setting.profile_key}`" if setting.profile_key else ""
    return f"| `{setting.name}`{key} | {setting.treatment.value} | {setting.why} |"


def test_every_setting_stands_once() -> None:
    assert [name for name, count in Counter(s.name for s in SETTINGS).items() if count > 1] == []


def test_the_guide_shows_the_table() -> None:
    shown = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if "| `" in line]
    assert shown == [row(setting) for setting in SETTINGS]


def test_the_guide_explains_every_treatment() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [one.value for one in Treatment if f"* *{one.value}*: " not in text] == []


def test_every_variable_that_botocore_reads_is_in_the_table() -> None:
    spec = find_spec("botocore")
    assert spec is not None
    (folder,) = spec.submodule_search_locations or []
    text = "\n".join(path.read_text(encoding="utf-8") for path in Path(folder).glob("*.py"))
    quoted = set(re.findall(r"""['"]((?:AWS|BOTOCORE|BOTO)_[A-Z0-9_]+)['"]""", text))
    assert quoted - NAMES == set()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_says_why(setting: Setting) -> None:
    assert setting.why
    assert "|" not in setting.why
