"""Mistakes of templates, listed as data: each is found at its line, and nothing else is.

A file of `mistakes/` has templates, each after a comment with its name. `# -> T010` at the end of a
line is what is to be found there. What every template without more should have, and most of these
lack, is looked for only where it is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from trueup.checks.problem import Problem
from trueup.checks.templates.lint import RULES, template_problems
from trueup.templates.reading import read_template

HERE = Path(__file__).parent
CARE = {"T020", "T021", "T023", "T035"}


@dataclass(frozen=True)
class Mistake:
    """A template, and what is to be found in it: codes by line."""

    name: str
    text: str

    @property
    def expected(self) -> Counter[tuple[str, int]]:
        return Counter(
            (code, number)
            for number, line in enumerate(self.text.splitlines(), start=1)
            for codes in re.findall(r"# -> ([T0-9 ]+)$", line)
            for code in codes.split()
        )


def mistakes() -> Iterator[Mistake]:
    for path in sorted((HERE / "mistakes").glob("*.yaml")):
        for text in path.read_text(encoding="utf-8").split("\n---\n"):
            name = text.splitlines()[0].removeprefix("# ")
            yield Mistake(f"{path.stem}: {name}", text)


def found_in(text: str, folder: Path) -> list[Problem]:
    """All that is found in a template."""
    file = folder / "template.yaml"
    file.write_text(text, encoding="utf-8")
    return list(template_problems(read_template(file)))


MISTAKES = list(mistakes())


@pytest.mark.parametrize("mistake", MISTAKES, ids=[one.name for one in MISTAKES])
def test_mistake_is_found_at_its_line_and_nothing_else(mistake: Mistake, tmp_path: Path) -> None:
    named = {code for code, _ in mistake.expected}
    found = Counter(
        (one.code, one.line)
        for one in found_in(mistake.text, tmp_path)
        if one.code in named or one.code not in CARE
    )
    assert found == mistake.expected


def test_every_rule_has_a_mistake() -> None:
    found = {code for one in MISTAKES for code, _ in one.expected}
    assert {rule.code for rule in RULES} - found == {"T002"}  # which is no mistake


def test_near_misses_are_none(tmp_path: Path) -> None:
    """They are valid: cfn-lint 1.58 finds nothing in them either."""
    text = (HERE / "near_misses.yaml").read_text(encoding="utf-8")
    assert [(one.code, one.line, one.what) for one in found_in(text, tmp_path)] == []
