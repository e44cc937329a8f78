"""Mutations: one place changes, the module can still be read, and the draw is by the seed."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests.mutation.__main__ import EQUIVALENT
from tests.mutation.mutations import find_mutations
from tests.mutation.nearest import NEAREST, nearest_tests
from tests.mutation.run import PACKAGE, ROOT, draw_mutants, every_mutant


def mutated(line: str) -> list[str]:
    source = f"def f(a, b):\n    {line}\n"
    return [one.apply(source).splitlines()[1].strip() for one in find_mutations(source)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a < b", ["return a <= b"]),
        ("return a is not b", ["return a is b"]),
        ("return a and b", ["return a or b"]),
        ("return not a", ["return a"]),
        ("return 3", ["return 4"]),
        ("return True", ["return False"]),
        ("a = b", ["pass"]),
        ("a.b()", ["pass"]),
        ("raise a", ["pass"]),
        ('"""What it does."""', []),
        ("...", []),
        ("return a", []),
    ],
)
def test_mutations_of_a_line(line: str, expected: list[str]) -> None:
    assert mutated(line) == expected


def test_annotations_and_what_runs_at_import_are_left_alone() -> None:
    source = "LIMIT = 3\ndef f(a: Literal[1]):\n    b: Literal[2]\n"
    assert find_mutations(source) == []


def test_every_drawn_mutant_can_be_compiled() -> None:
    for mutant in draw_mutants(seed=1, count=300):
        source = (PACKAGE / mutant.module).read_text(encoding="utf-8")
        ast.parse(mutant.mutation.apply(source))


def test_each_mutant_that_is_said_to_change_nothing_is_there_and_has_a_reason() -> None:
    known: dict[str, str] = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    there = {mutant.key() for mutant in every_mutant() if mutant.module in _modules(known)}
    assert known.keys() - there == set()
    assert all(known.values())


def _modules(known: dict[str, str]) -> set[str]:
    return {key.partition(" ")[0] for key in known}


def test_the_seed_alone_decides_the_draw() -> None:
    assert draw_mutants(7, 20) == draw_mutants(7, 20)
    assert draw_mutants(7, 20) != draw_mutants(8, 20)


def test_a_module_has_the_tests_of_the_nearest_folder() -> None:
    assert nearest_tests("engines/sqlite/codec.py", ROOT)[0][0] == "tests/unit/sqlite"
    assert nearest_tests("errors.py", ROOT) == [list(run) for run in NEAREST[""]]


def test_tests_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    assert nearest_tests("errors.py", tmp_path) == []
