"""Files are written whole or not at all, and never in place of others."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trueup.errors import ErrorCode
from trueup.lifecycle.files import MOST_BYTES, read_regular, write_new, write_over
from trueup.testing.suite.harness.refusals import refused

OTHERS: dict[str, Callable[[Path], object]] = {
    "a file": lambda path: path.write_text("mine"),
    "an empty file": lambda path: path.touch(),
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a link to a file": lambda path: path.symlink_to(__file__),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may be longer than a page, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("other", OTHERS)
def test_nothing_that_is_there_is_replaced(tmp_path: Path, other: str) -> None:
    path = tmp_path / "new"
    OTHERS[other](path)
    before = path.lstat()
    with refused(ErrorCode.FILE_EXISTS):
        write_new(path, "text")
    assert path.lstat() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("write", [write_new, write_over])
def test_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, write: Callable[[Path, str], None]
) -> None:
    with refused(ErrorCode.CANNOT_OPEN):
        write(tmp_path / "no" / "folder", "text")
    with full_disk(), refused(ErrorCode.CANNOT_OPEN) as refusal:
        write(tmp_path / "new", "x" * 100_000)
    assert refusal.says("the file cannot be written: File too large")
    assert list(tmp_path.iterdir()) == []


def test_former_file_stays_if_it_cannot_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "page"
    write_new(path, "former\n")
    with full_disk(), refused(ErrorCode.CANNOT_OPEN):
        write_over(path, "x" * 100_000)
    assert path.read_text() == "former\n"
    write_over(path, "new\n")
    assert path.read_text() == "new\n"


def test_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("mine")
    link.symlink_to(target)
    write_over(link, "text")
    assert (target.read_text(), link.is_symlink()) == ("mine", False)


def test_only_regular_files_of_some_size_are_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    os.mkfifo(path)
    for special in (path, Path("/dev/zero")):
        with pytest.raises(OSError, match="no regular file"):
            read_regular(special)
    path.unlink()
    path.touch()
    os.truncate(path, MOST_BYTES)
    assert len(read_regular(path)) == MOST_BYTES
    os.truncate(path, MOST_BYTES + 1)
    with pytest.raises(OSError, match="larger than 16 MB"):
        read_regular(path)
