"""The end of a prefix: the least value after all that begin with it."""

from __future__ import annotations

import pytest

from trueup.engines.sqlite.pages import following


@pytest.mark.parametrize(
    ("prefix", "after"),
    [
        ("a", "b"),
        ("ab", "ac"),
        # Surrogates, which lie between these two, are in no text.
        ("a\ud7ff", "a\ue000"),
        ("\ue000", "\ue001"),
        # The last character has none after it: the one before it moves on.
        ("a\U0010ffff", "b"),
        ("\U0010ffff\U0010ffff", None),
        (b"a", b"b"),
        (b"a\xff\xff", b"b"),
        (b"\xff", None),
    ],
)
def test_what_follows_a_prefix(prefix: str | bytes, after: str | bytes | None) -> None:
    assert following(prefix) == after
