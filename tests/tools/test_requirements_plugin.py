"""The `req` mark, on small projects of their own."""

from __future__ import annotations

import pytest

ROWS = "".join(f'[[requirement]]\nid = "X{n}"\ntext = "row"\n' for n in range(1, 13))


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\nmarkers = req(*ids): ids\naddopts = --strict-markers\n")
    pytester.mkdir("requirements").joinpath("alpha.toml").write_text(ROWS, encoding="utf-8")
    return pytester


def run_one_test(project: pytest.Pytester, mark: str) -> pytest.RunResult:
    project.makepyfile(f"import pytest\n\n@pytest.mark.{mark}\ndef test_one():\n    pass\n")
    return project.runpytest_inprocess(
        "--disable-plugin-autoload", "-p", "tests.requirements_plugin"
    )


def test_known_ids_pass(project: pytest.Pytester) -> None:
    run_one_test(project, 'req("X1", "X2")').assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ('req("X1", "X99")', "*test_one: unknown requirement X99"),
        (
            f"req({', '.join(repr(f'X{n}') for n in range(1, 12))})",
            "*test_one: 11 requirements on one test, 10 at most",
        ),
        ("req()", "*test_one: `req` takes one id or more, nothing else"),
        ('req("X1", because="so")', "*test_one: `req` takes one id or more, nothing else"),
    ],
)
def test_a_wrong_claim_fails_collection(project: pytest.Pytester, mark: str, message: str) -> None:
    result = run_one_test(project, mark)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])
