"""Files that commands write and read: written whole or not at all, and never in place of others."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from ..errors import Blocked, ErrorCode, NeedsOperator, Place

MOST_BYTES = 16 * 1024 * 1024
"""The largest file that is read."""

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""What file systems without links say."""


def write_new(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write a file that is not there. mode: its permissions, less those that the umask takes.

    Raises Blocked (file-exists) for whatever is there, a link or a device included; NeedsOperator
    (cannot-open) if it cannot be written: then there is no part of it.
    """
    with _written_beside(path, text, mode) as made:
        try:
            os.link(made, path)
        except FileExistsError:
            raise exists(path) from None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            check_new(path)
            made.rename(path)


def write_over(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write a file in place of one that is there, and is the caller's to replace. A link is not
    followed, but replaced.

    Raises NeedsOperator (cannot-open); then the former file is as it was.
    """
    with _written_beside(path, text, mode) as made:
        made.replace(path)


def check_new(path: Path) -> None:
    """Raises Blocked (file-exists) if anything has that name, a link to nothing included."""
    if os.path.lexists(path):
        raise exists(path)


def exists(path: Path, what: str = "the file is there, and is not replaced") -> Blocked:
    """The refusal of a name that something has."""
    return Blocked(
        what,
        where=Place(note=str(path)),
        fix="give another name to --out, or move the file away",
        code=ErrorCode.FILE_EXISTS,
    )


def read_regular(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """What a regular file holds. Nothing is waited for.

    Raises OSError, also for a device or a pipe, and for more than so many bytes.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        found = file.read(most_bytes + 1)
    if len(found) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes // 1024 // 1024} MB")
    return found


@contextmanager
def _written_beside(path: Path, text: str, mode: int) -> Iterator[Path]:
    """A new file in the same folder, which is gone in the end unless it was renamed."""
    made = path.parent / f".trueup-{uuid4().hex}"
    try:
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            yield made
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        raise NeedsOperator(
            f"the file cannot be written: {error.strerror}",
            where=Place(note=str(path)),
            fix="choose a folder in which this user may write",
            code=ErrorCode.CANNOT_OPEN,
        ) from error
