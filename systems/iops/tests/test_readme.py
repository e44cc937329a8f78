"""What the README shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from systems.iops.seeds import example_insight

README = (Path(__file__).parents[1] / "README.md").read_text()


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_example_runs(block: str) -> None:
    exec(block, {})


def test_values_of_the_example_are_those_of_the_seeds() -> None:
    insight = example_insight()
    section = README.partition("## Where this differs from the document")[2]
    assert f"Ours is `{insight.alert_id}`" in section
    assert f"Ours is {int(insight.ttl.timestamp())}." in section
