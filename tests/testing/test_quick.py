"""`make test-quick` leaves out what needs a server, and says so at its end."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

CONFTEST = """
    import pytest

    pytest_plugins = ["trueup.testing.servers", "tests.quick_plugin"]

    @pytest.fixture(params=["sqlite", "other"])
    def engine_under_test(request):
        return request.param
"""
TESTS = """
    import pytest

    def test_pure(): ...
    def test_on_each_engine(engine_under_test): ...
    def test_asks_for_a_server(postgres_url): ...
    def test_asks_later(request): request.getfixturevalue("postgres_url")
    def test_asks_later_again(request): request.getfixturevalue("postgres_url")

    @pytest.mark.server
    def test_starts_a_server(): ...
"""
LINE = "Left out: 5 tests on PostgreSQL and on DynamoDB's protocol. `make test` runs all."


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("POSTGRES_URL", "postgresql://nowhere.example/shop")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    pytester.makeini("[pytest]\nmarkers = server: it starts one")
    pytester.syspathinsert(str(ROOT))
    return pytester


@pytest.mark.parametrize("processes", [[], ["-n", "1"]], ids=["one process", "pytest-xdist"])
def test_quick_run_says_last_how_many_it_left_out(
    project: pytest.Pytester, processes: list[str]
) -> None:
    result = project.runpytest("--quick", *processes)
    assert result.ret == 0
    assert result.parseoutcomes()["passed"] == 2
    assert [line for line in result.outlines if line][-1] == LINE


def test_other_runs_leave_out_nothing(project: pytest.Pytester) -> None:
    result = project.runpytest()
    result.assert_outcomes(passed=7)
    assert LINE not in result.outlines


def test_tests_that_start_a_server_say_so() -> None:
    starting = re.compile(r"\brunning_(postgres|ministack|pgbouncer)\(|\b(MINISTACK|EMBEDDED)\b")
    paths = [
        path for folder in ("tests", "systems") for path in ROOT.glob(f"{folder}/**/test_*.py")
    ]
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    told = re.compile(r"pytest\.mark\.server|\bpostgres_url\b")
    unmarked = [
        path.name for path, text in texts.items() if starting.search(text) and not told.search(text)
    ]
    assert unmarked == [], "mark what starts a server: pytest.mark.server"
