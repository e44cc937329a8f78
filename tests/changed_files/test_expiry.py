"""Another expiry of a table with items: filled in batches, then it takes the old one's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changed_files.files import (
    Files,
    answers,
    apply,
    change_to,
    changes_of,
    layer_of,
    opened,
    perform,
    statements,
    steps_of,
    write,
)
from trueup.errors import ErrorCode
from trueup.testing.suite.harness.refusals import refused


@pytest.mark.parametrize("ttl", ["until", "gone"])
def test_items_expire_by_another_attribute(url: str, files: Files, ttl: str) -> None:
    change_to(url, layer_of("Reverse", ttl="until"))
    change_to(url, layer_of("Reverse", ttl=ttl))
    found = answers(url, layer_of("Reverse", ttl=ttl))
    assert found == files.answers("Reverse", ttl=ttl)
    assert len(found[""]) < len(files.answers("Reverse")[""])


def test_items_of_a_table_without_expiry_are_all_there_again(
    url: str, path: Path, files: Files
) -> None:
    before = statements(path)
    change_to(url, layer_of(ttl="until"))
    change_to(url, layer_of())
    assert answers(url, layer_of()) == files.answers()
    assert statements(path) == before


def interrupted(url: str, ttl: str) -> None:
    with opened(url, layer_of(ttl=ttl)) as tables:
        (step,) = steps_of(tables, changes_of(tables))
        assert next(perform(tables, step)).note == "100 of 230 items"


@pytest.mark.parametrize("before", [None, "until"])
def test_unfinished_expiry_is_shown_and_finished(
    url: str, files: Files, before: str | None
) -> None:
    change_to(url, layer_of(ttl=before))
    interrupted(url, "gone")
    with opened(url, layer_of(ttl="gone")) as tables:
        (change,) = changes_of(tables)
        assert str(change) == "the ttl attribute is gone (not filled yet), declared is gone"
        notes = [progress.note for progress in apply(tables, [change])]
    assert notes == ["200 of 230 items", "230 of 230 items"]
    assert answers(url, layer_of(ttl="gone")) == files.answers(ttl="gone")


@pytest.mark.parametrize("before", [None, "until"])
def test_unfinished_expiry_is_undone(
    url: str, path: Path, files: Files, before: str | None
) -> None:
    change_to(url, layer_of(ttl=before))
    shown = statements(path)
    interrupted(url, "gone")
    change_to(url, layer_of(ttl=before))
    assert statements(path) == shown
    assert answers(url, layer_of(ttl=before)) == files.answers(ttl=before)


def test_another_expiry_replaces_one_that_is_unfinished(url: str, files: Files) -> None:
    interrupted(url, "gone")
    change_to(url, layer_of(ttl="until"))
    assert answers(url, layer_of(ttl="until")) == files.answers(ttl="until")


def test_nobody_reads_or_writes_by_an_expiry_that_is_not_filled(url: str, files: Files) -> None:
    """Readers of the layer before go on: to them nothing has changed yet."""
    interrupted(url, "until")
    assert answers(url, layer_of()) == files.answers()
    with refused(ErrorCode.SCHEMA_MISMATCH):
        answers(url, layer_of(ttl="until"))
    for ttl in (None, "until"):
        with opened(url, layer_of(ttl=ttl)) as tables, refused(ErrorCode.SCHEMA_MISMATCH):
            write(tables, 1)


def test_index_and_expiry_that_are_unfinished_are_both_finished(url: str, files: Files) -> None:
    interrupted(url, "until")
    change_to(url, layer_of("ByAmount", ttl="until"))
    found = answers(url, layer_of("ByAmount", ttl="until"))
    assert found == files.answers("ByAmount", ttl="until")
