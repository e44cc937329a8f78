"""Golden stored data: what is written to SQLite and sent to DynamoDB, one file for each kind.

`python -m tests.golden.update` writes `stored/<kind>.txt`; a block begins with `## ` and the name
of its row or call. Existing databases hold what these files show, so a difference is a break.
"""

from __future__ import annotations

from functools import cache
from itertools import zip_longest
from pathlib import Path

from tests.golden.stored_requests import write_requests
from tests.golden.stored_rows import write_rows

FOLDER = Path(__file__).with_name("stored")
KINDS = ("schema", "rows", "cursors", "tables", "writes", "reads", "sent")


@cache
def write_texts() -> dict[str, str]:
    """The text of each kind, as it is now."""
    return {**write_rows(), **write_requests()}


def read_text(kind: str) -> str:
    """The golden text of a kind."""
    return (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").strip("\n")


def write_files() -> None:
    """Write every file from what is stored and sent now."""
    for kind, text in write_texts().items():
        (FOLDER / f"{kind}.txt").write_text(text.strip("\n") + "\n", encoding="utf-8")


def first_difference(golden: str, now: str) -> str:
    """The first line that differs, under the name of its block; empty where none does."""
    block = ""
    for one, other in zip_longest(golden.split("\n"), now.strip("\n").split("\n")):
        if one != other:
            return f"{block}\n  golden: {one}\n  now:    {other}"
        block = one if one.startswith("## ") else block
    return ""
