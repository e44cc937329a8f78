"""What the README shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_example_runs_and_prints_what_it_says(
    schema_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOMAINFLOW_URL", schema_url)
    [block] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(block, names)
    names["db"].close()  # type: ignore[attr-defined]  # a Database
    assert capsys.readouterr().out.splitlines() == re.findall(r"# -> (.*)", block)
