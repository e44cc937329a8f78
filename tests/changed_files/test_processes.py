"""Processes of the older and of the newer layer that write while a file is changed."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import pytest

from tests.changed_files.files import (
    ITEMS,
    answers_of,
    change_to,
    layer_of,
    opened,
    write,
)
from trueup.errors import ErrorCode, NeedsOperator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

OLDER, NEWER = layer_of(), layer_of("ByItem", "ByStatus")
SECONDS = 20.0


def started(url: str, first: int, *, is_older: bool, until: Path, told: int) -> int:
    """A process that writes items, over and over: with the older layer until it is refused, with
    the newer one from when it is taken until the change is over.

    told: an end of a pipe, for a byte when items were written.
    """
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        with opened(url, OLDER if is_older else NEWER) as tables:
            end_s = time.monotonic() + SECONDS
            while time.monotonic() < end_s:
                try:
                    write(tables, 20, first)
                except NeedsOperator as error:
                    if error.code is not ErrorCode.SCHEMA_MISMATCH:
                        break
                    if is_older:
                        code = 0
                        break
                else:
                    os.write(told, b".")
                    if not is_older and until.exists():
                        code = 0
                        break
    finally:
        os._exit(code)


def test_no_item_is_missing_from_an_index(url: str, path: Path) -> None:
    """Old and new processes replace items that are there, and add others, before and behind the
    rows that are filled."""
    until = path.with_name("over")
    wrote, told = os.pipe()
    begin = partial(started, url, until=until, told=told)
    children = [
        *(begin(first, is_older=True) for first in (0, ITEMS - 40)),
        *(begin(first, is_older=False) for first in (10, ITEMS - 5)),
    ]
    os.read(wrote, 1)
    change_to(url, NEWER)
    until.touch()
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(children)
    os.close(wrote)
    os.close(told)
    with opened(url, NEWER) as tables:
        found = answers_of(tables)
    for index, attribute in (("ByStatus", "status"), ("ByItem", "item")):
        expected = [one for one in found[""] if f"'{attribute}': None" not in one]
        assert sorted(found[index]) == [one for one in expected if "'status': None" not in one]
    assert len(found[""]) == ITEMS + 15
