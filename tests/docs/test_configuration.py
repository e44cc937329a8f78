"""The guide to the configuration has every setting and every variable, and nothing else."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT
from trueup.configuration import VARIABLES
from trueup.configuration.settings import CheckSettings, ProjectSettings, StageSettings

GUIDE = (ROOT / "docs" / "guides" / "configuration.md").read_text(encoding="utf-8")


def rows(of: str) -> list[str]:
    return re.findall(rf"^\| `({of})` \|", GUIDE, re.MULTILINE)


def test_guide_has_every_setting() -> None:
    own = [name for name in ProjectSettings.model_fields if name not in ("stages", "check")]
    assert rows(r"[a-z_.<>]+") == [
        *own,
        *(f"stages.<name>.{name}" for name in StageSettings.model_fields),
        *(f"check.{name}" for name in CheckSettings.model_fields),
    ]


def test_guide_has_every_variable_with_its_option() -> None:
    found = re.findall(r"^\| `(TRUEUP_\w+)` \| `--([\w-]+)` \|", GUIDE, re.MULTILINE)
    assert {variable: option.replace("-", "_") for variable, option in found} == VARIABLES
