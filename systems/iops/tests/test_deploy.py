"""`make demo SYSTEM=iops` deploys, fills, asks and verifies, and finds what was changed by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from systems.iops import deploy
from systems.iops.deployment import STEPS, deployment, find_gaps

ROOT = Path(__file__).parents[3]


@pytest.mark.server
@pytest.mark.req("I100", "I96")
def test_whole_procedure_takes_less_than_five_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    """It is measured, and printed beside the time that the document allows, with the files that it
    has people write."""
    assert deploy.main() == 0
    text = capsys.readouterr().out
    assert "✗" not in text
    assert f"{len(STEPS)} steps in " in text
    assert "the document allows 45 to 60 minutes" in text
    for theirs, ours in deploy.FILES.items():
        assert theirs in text
        assert ours.split(",")[0] in text
        assert (ROOT / ours.split(",")[0]).is_file()
    assert len(deploy.FILES) == 5


@pytest.mark.server
def test_step_that_finds_nothing_does_not_succeed() -> None:
    """Once what the emulator left out is mended, a look for it finds nothing: no success."""
    with deployment() as made:
        for what, step in list(STEPS.items())[:4]:
            assert made.note(what, partial(step, made)).is_good, made.steps[-1]
        assert not made.note("look for gaps again", partial(find_gaps, made)).is_good
