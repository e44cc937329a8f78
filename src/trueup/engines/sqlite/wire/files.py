"""The file of a database as the system sees it: who may write it, and whether anybody does."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from ...._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class FileState:
    """Of a file without a log: equal states have equal contents."""

    device: int
    inode: int
    size_bytes: int
    modified_ns: int


def find_state(path: Path) -> FileState | None:
    """The state of a file; None if it is not there, or if a log holds some of its contents."""
    real = os.path.realpath(path)
    try:
        for log in (f"{real}-wal", f"{real}-journal"):
            with suppress(FileNotFoundError):
                if os.stat(log).st_size:
                    return None
        found = os.stat(real)
    except OSError:
        return None
    return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def may_be_there(path: Path) -> bool:
    """Whether there is something, as far as this user can see: False only if there is not."""
    try:
        return path.exists()
    except OSError:  # a folder that may not be searched
        return True


def may_write(path: Path) -> bool:
    """Whether this user may write the file and make others beside it."""
    real = os.path.realpath(path)
    effective = os.access in os.supports_effective_ids
    return all(
        os.access(name, os.W_OK, effective_ids=effective) for name in (real, os.path.dirname(real))
    )


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone may read, if none is there.

    SQLite gives its log the same permissions, and would give both those of the umask. The file gets
    its name when it is closed: to close a file drops the locks that this process has on it.
    Source: https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
    """
    real = os.path.realpath(path)
    if os.path.exists(real):
        return
    with suppress(OSError):  # SQLite makes it, or says why it cannot be made
        descriptor, unnamed = tempfile.mkstemp(dir=os.path.dirname(real), prefix="trueup-")
        try:
            os.close(descriptor)
            os.link(unnamed, real)
        finally:
            os.unlink(unnamed)
