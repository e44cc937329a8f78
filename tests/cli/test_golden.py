"""Every case of every command says what its golden transcript says."""

from __future__ import annotations

import pytest

from tests.cli.harness import Case, find_cases, golden_of, transcript_of

CASES = [(command, case) for command, cases in find_cases().items() for case in cases]


@pytest.mark.parametrize(("command", "case"), CASES, ids=[f"{c}: {o.name}" for c, o in CASES])
def test_transcript_is_the_golden_one(command: str, case: Case) -> None:
    assert transcript_of(case) == golden_of(command)[case.name]


@pytest.mark.parametrize("command", find_cases())
def test_golden_file_has_the_cases_and_no_others(command: str) -> None:
    assert list(golden_of(command)) == [case.name for case in find_cases()[command]]
