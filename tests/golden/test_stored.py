"""What is stored and sent is, byte for byte, what the golden files show."""

from __future__ import annotations

import pytest

from tests.golden.golden_stored import KINDS, first_difference, read_text, write_texts


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_the_golden_one(kind: str) -> None:
    """A text that is meant to change: `python -m tests.golden.update` writes the files."""
    assert first_difference(read_text(kind), write_texts()[kind]) == ""


def test_each_kind_has_a_golden_file() -> None:
    assert sorted(write_texts()) == sorted(KINDS)


def test_first_difference_is_named_with_its_block() -> None:
    difference = first_difference("## a\n1\n## b\n2\n3", "## a\n1\n## b\n2\n4")
    assert difference == "## b\n  golden: 3\n  now:    4"
