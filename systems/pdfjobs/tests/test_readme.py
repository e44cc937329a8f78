"""What the README shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_example_runs_and_prints_what_it_says(
    schema_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PDFJOBS_URL", schema_url)
    [block] = BLOCKS
    names: dict[str, object] = {}
    exec(block, names)
    names["db"].close()  # type: ignore[attr-defined]  # a Database
    shown = re.findall(r"# -> (.*)", block)
    assert capsys.readouterr().out.splitlines() == shown
