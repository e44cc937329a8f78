"""The page of requirements, written for small projects of their own."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tools._marks import find_claims
from tools._requirements import load_systems
from tools.requirements_page import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    rows = "".join(f'[[requirement]]\nid = "X{n}"\ntext = "row {n}"\n' for n in range(1, 13))
    trap = '[[trap]]\nid = "XT1"\ntext = "a | b"\n'
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "alpha.toml").write_text(rows + trap, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    return tmp_path


def write_test(project: Path, source: str, name: str = "tests/test_a.py") -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return path


def read_page(project: Path) -> str:
    return (project / "docs" / "requirements.md").read_text(encoding="utf-8")


def claims_of(project: Path, source: str) -> list[tuple[str, tuple[str, ...]]]:
    path = write_test(project, source)
    return [(claim.node_id, claim.ids) for claim in find_claims(path, project, "req")]


def test_page_names_the_tests_of_a_row(project: Path) -> None:
    mark = '@pytest.mark.req("X1")\ndef test_one(): ...\n'
    write_test(project, mark)
    write_test(project, mark, "systems/alpha/tests/test_b.py")
    write_test(project, mark, "src/trueup/testing/suite/test_c.py")
    assert run(project, check=False) == []
    files = (
        "src/trueup/testing/suite/test_c.py",
        "systems/alpha/tests/test_b.py",
        "tests/test_a.py",
    )
    proofs = "<br>".join(f"`{file}::test_one`" for file in files)
    assert f"| X1 | row 1 | {proofs} |" in read_page(project).splitlines()


def test_page_says_in_what_a_system_differs_from_a_row(project: Path) -> None:
    noted = '[[requirement]]\nid = "Y1"\ntext = "unique"\nnote = "for each tenant"\n'
    (project / "requirements" / "beta.toml").write_text(noted, encoding="utf-8")
    assert run(project, check=False) == []
    assert "| Y1 | unique (for each tenant) | open |" in read_page(project).splitlines()


def test_modules_of_the_shipped_suite_that_hold_no_tests_are_passed_over(project: Path) -> None:
    write_test(project, 'pytestmark = mark.req("X99")', "src/trueup/testing/suite/tables.py")
    assert run(project, check=False) == []


def test_page_calls_a_row_without_a_test_open(project: Path) -> None:
    assert run(project, check=False) == []
    assert "| X2 | row 2 | open |" in read_page(project).splitlines()


def test_page_counts_rows_and_traps_per_system(project: Path) -> None:
    write_test(project, '@pytest.mark.req("X1", "X3", "XT1")\ndef test_one(): ...\n')
    run(project, check=False)
    assert "| [alpha](#alpha) | 12 | 2 | 1 | 1 |" in read_page(project).splitlines()


def test_page_escapes_the_bars_of_a_text(project: Path) -> None:
    run(project, check=False)
    assert r"| XT1 | a \| b | open |" in read_page(project).splitlines()


def test_check_accepts_what_was_just_written(project: Path) -> None:
    run(project, check=False)
    assert run(project, check=True) == []


def test_check_names_a_stale_page_and_leaves_it(project: Path) -> None:
    run(project, check=False)
    before = read_page(project)
    write_test(project, '@pytest.mark.req("X1")\ndef test_one(): ...\n')
    assert run(project, check=True) == ["out of date: docs/requirements.md; run `make generate`"]
    assert read_page(project) == before


def test_unknown_id_is_a_problem(project: Path) -> None:
    write_test(project, '@pytest.mark.req("X1", "X99")\ndef test_one(): ...\n')
    problem = "tests/test_a.py::test_one: unknown requirement X99"
    assert run(project, check=False) == [problem]


def test_more_than_ten_ids_are_a_problem_wherever_the_marks_stand(project: Path) -> None:
    six = ", ".join(f'"X{n}"' for n in range(1, 7))
    five = ", ".join(f'"X{n}"' for n in range(7, 12))
    write_test(
        project,
        f"""
        pytestmark = pytest.mark.req({six})

        @pytest.mark.req({five})
        def test_one(): ...
        """,
    )
    problem = "tests/test_a.py::test_one: 11 requirements on one test, 10 at most"
    assert run(project, check=False) == [problem]


def test_id_that_is_not_a_literal_is_a_problem(project: Path) -> None:
    write_test(project, "@pytest.mark.req(ROW)\ndef test_one(): ...\n")
    assert run(project, check=False) == ["tests/test_a.py:1: `req` takes literal ids"]


def test_id_that_stands_twice_is_refused(project: Path) -> None:
    double = '[[requirement]]\nid = "X1"\ntext = "again"\n'
    (project / "requirements" / "beta.toml").write_text(double, encoding="utf-8")
    with pytest.raises(ValueError, match="beta: the id X1 stands twice"):
        load_systems(project / "requirements")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            """
            pytestmark = [pytest.mark.slow, pytest.mark.req("X1")]

            @pytest.mark.req("X2")
            class TestStore:
                pytestmark = mark.req("X3")

                @pytest.mark.req("X4")
                async def test_one(self): ...
            """,
            [("tests/test_a.py::TestStore::test_one", ("X1", "X2", "X3", "X4"))],
            id="module, class and function marks add up",
        ),
        pytest.param(
            """
            @pytest.mark.req("X1")
            @pytest.mark.parametrize("a", [
                1,
                pytest.param(2, marks=pytest.mark.req("X2")),
                pytest.param(3, marks=[pytest.mark.req("X3")]),
            ])
            def test_one(a): ...
            """,
            [
                ("tests/test_a.py::test_one", ("X1", "X2")),
                ("tests/test_a.py::test_one", ("X1", "X3")),
            ],
            id="each case of a parametrised test claims for itself",
        ),
        pytest.param(
            """
            CASES: list[object] = [pytest.param(2, marks=pytest.mark.req("X2"))]

            @pytest.mark.parametrize("a", CASES)
            def test_one(a): ...
            """,
            [("tests/test_a.py::test_one", ("X2",))],
            id="cases in a module-level list",
        ),
        pytest.param(
            """
            @pytest.mark.req("X1")
            class TestStore(Suite):
                engine = "sqlite"
            """,
            [("tests/test_a.py::TestStore", ("X1",))],
            id="a class that inherits its tests",
        ),
        pytest.param("def test_one(): ...", [], id="a test without marks"),
        pytest.param(
            """
            @pytest.mark.req("X1")
            def build(): ...
            """,
            [],
            id="a function that is no test",
        ),
    ],
)
def test_claims_of_a_module(
    project: Path, source: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert claims_of(project, source) == expected


def test_marks_of_another_name_are_no_claims(project: Path) -> None:
    source = """
    @pytest.mark.fault("F1")
    @pytest.mark.req("X1")
    def test_one(): ...
    """
    path = write_test(project, source)
    assert [claim.ids for claim in find_claims(path, project, "fault")] == [("F1",)]
    assert [claim.ids for claim in find_claims(path, project, "req")] == [("X1",)]
