"""trueup generate, where a transcript cannot show it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trueup.cli.errors import Interrupted
from trueup.cli.generating.files import write_changed
from trueup.lifecycle.generated import Generated, State


class Interrupting(list[Generated]):
    """Files; Ctrl-C comes after the first."""

    def __iter__(self) -> Iterator[Any]:
        yield self[0]
        raise KeyboardInterrupt


def test_interrupt_says_how_many_files_are_written(tmp_path: Path) -> None:
    files = Interrupting(
        Generated(tmp_path / f"{name}.md", name, State.MISSING) for name in ("a", "b", "c")
    )
    with pytest.raises(Interrupted) as caught:
        write_changed(files)
    assert "1 of 3 files are written" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
