"""The pytest plugin: flavours, deviations and missing engines, in small projects of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from trueup.testing.plugin import server_url

CONFTEST = """
    from pathlib import Path

    import pytest
    from trueup.testing.suite.harness.deviations import read_deviations
    from trueup.testing.suite.harness.engine import engine_at

    pytest_plugins = ["trueup.testing.plugin"]

    @pytest.fixture
    def engine_under_test():
        return engine_at("memory", "sqlite://")

    @pytest.fixture(scope="session")
    def deviations():
        path = Path(__file__).with_name("deviations.toml")
        return read_deviations(path, ["test_it", "test_other"])
"""
ENTRY = """
    [[deviation]]
    server = "memory"
    behaviour = "{}"
    source = "https://example.org"
    reason = "known"
"""
PASSES = """
    async def test_it(contract):
        pass
"""
FAILS = """
    async def test_it(contract):
        assert not await contract.database()
"""
CASES = """
    import pytest
    from types import SimpleNamespace

    NAMES = ["good", "bad one"]

    @pytest.mark.parametrize("case", [SimpleNamespace(name=name) for name in NAMES])
    async def test_it(contract, case):
        assert case.name == "good"
"""


def run(pytester: pytest.Pytester, test: str, deviations: str = "") -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.makefile(".toml", deviations=deviations)
    pytester.makepyfile(test)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider")


def test_contract_test_runs_in_both_flavours(pytester: pytest.Pytester) -> None:
    run(pytester, PASSES).assert_outcomes(passed=2)


def test_failing_contract_test_fails(pytester: pytest.Pytester) -> None:
    run(pytester, FAILS).assert_outcomes(failed=2)


def test_known_deviation_is_an_expected_failure(pytester: pytest.Pytester) -> None:
    run(pytester, FAILS, ENTRY.format("test_it")).assert_outcomes(xfailed=2)


def test_deviation_that_no_longer_fails_is_an_error(pytester: pytest.Pytester) -> None:
    result = run(pytester, PASSES, ENTRY.format("test_it"))
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*XPASS(strict)*known (https://example.org)*"])


def test_deviation_of_another_server_does_not_count(pytester: pytest.Pytester) -> None:
    entry = ENTRY.format("test_it").replace("memory", "other")
    run(pytester, FAILS, entry).assert_outcomes(failed=2)


def test_deviation_of_one_case_leaves_the_others(pytester: pytest.Pytester) -> None:
    entry = ENTRY.format("test_it[bad one]")
    run(pytester, CASES, entry).assert_outcomes(passed=2, xfailed=2)


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        (ENTRY.format("test_no_such"), "entry 1: there is no behaviour test_no_such"),
        (ENTRY.format("test_it") * 2, "entry 2 stands twice"),
        (ENTRY.format("test_it").replace('"known"', '""'), "entry 1 needs exactly the texts"),
        (ENTRY.format("test_it") + '    note = "x"', "entry 1 needs exactly the texts"),
    ],
    ids=["no behaviour", "twice", "without a reason", "unknown field"],
)
def test_wrong_entry_fails_every_test(
    pytester: pytest.Pytester, entries: str, problem: str
) -> None:
    result = run(pytester, PASSES, entries)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines([f"*deviations.toml: {problem}*"])


def test_missing_fixture_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["trueup.testing.plugin"]')
    pytester.makepyfile(PASSES)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*define a fixture engine_under_test*"])


def test_missing_server_is_skipped_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("SOME_URL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="SOME_URL is not set"):
        server_url("SOME_URL")


def test_missing_server_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.delenv("SOME_URL", raising=False)
    with pytest.raises(pytest.fail.Exception, match="SOME_URL is not set"):
        server_url("SOME_URL")


def test_given_server_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", "sqlite://")
    assert server_url("SOME_URL") == "sqlite://"


def test_trueup_does_not_import_pytest() -> None:
    use_all = "import trueup, sys; [getattr(trueup, name) for name in trueup.__all__]"
    code = f"{use_all}; sys.exit('pytest' in sys.modules or 'trueup.testing' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
