"""The page of doctor has the actions that each command needs."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT
from trueup.engines.dynamodb.permissions import NEEDS

_ROW = re.compile(r"^\| ([\w, -]+) \| ([\w ()`*]+) \| (`.*`) \|$", re.MULTILINE)


def test_actions_are_those_that_doctor_looks_for() -> None:
    page = (ROOT / "docs" / "commands" / "doctor.md").read_text(encoding="utf-8")
    shown = [
        (command, on, tuple(f"dynamodb:{name}" for name in re.findall(r"`(\w+)`", actions)))
        for command, on, actions in _ROW.findall(page)
    ]
    assert shown == [
        (need.command, on, actions)
        for need in NEEDS
        for on, actions in (
            ("tables", need.on_tables),
            ("their indexes", need.on_indexes),
            ("the state table", need.on_state),
            ("all (`*`)", need.on_all),
        )
        if actions
    ]
