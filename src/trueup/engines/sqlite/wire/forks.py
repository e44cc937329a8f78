"""What a fork does to open databases: no connection lives through it, on neither side.

    before ── new calls wait, running ones end, connections close ──► fork ─┬─► parent: calls go on
                                                                            └─► child: so they do

SQLite knows the locks of a process from a table in its memory. A child inherits the table but not
the locks: it believes that it holds the file, and whoever closes the file next removes the log into
which the child writes. A file that some connection has open at the fork is refused in the child.
Source: https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_across_a_fork_
"""

import os
import time
import weakref
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import Protocol

from ....errors import ErrorCode, NeedsOperator, Place

LONGEST_WAIT_S = 5.0
"""How long a fork waits for the calls that other threads make at that moment."""

_LOOK_AGAIN_S = 0.001
_DESCRIPTORS = 65_536  # to look at where the system does not list those that are open

FileId = tuple[int, int]
"""The device and the inode: what SQLite tells files apart by."""


class Forkable(Protocol):
    """An open database."""

    def rest(self) -> bool:
        """Close what is idle; whether nothing is in use any more."""

    def wake(self) -> None:
        """Go on; the fork is over."""

    def start_anew(self, *, rested: bool) -> None:
        """Go on in the child. rested: whether it was at rest at the fork."""


class Process:
    """What is known of this process.

    forking: threads, and whether all databases are at rest.
    inherited: files that were open at a fork.
    may_hang: whether a lock inside SQLite may stay taken.
    """

    def __init__(self) -> None:
        self.id = 0
        self.databases: set[weakref.ref[Forkable]] = set()
        self.forking: dict[int, bool] = {}
        self.inherited: frozenset[FileId] = frozenset()
        self.may_hang = False

    def live(self) -> list[Forkable]:
        """The open databases. Threads may add some meanwhile: the copy is one step in C."""
        found = [reference() for reference in self.databases.copy()]
        return [database for database in found if database is not None]

    def before(self) -> None:
        """Let the calls of other threads end, and close all connections."""
        self.forking[get_ident()] = False
        end_s = time.monotonic() + LONGEST_WAIT_S
        while not self._rest() and time.monotonic() < end_s:
            time.sleep(_LOOK_AGAIN_S)
        self.forking[get_ident()] = self._rest()

    def _rest(self) -> bool:
        return not sum(not database.rest() for database in self.live())  # asks every one

    def after_in_parent(self) -> None:
        """Let calls go on, unless another thread forks."""
        self.forking.pop(get_ident(), None)
        if not self.forking:
            for database in self.live():
                database.wake()

    def after_in_child(self) -> None:
        """Start anew. Only the thread that forked is left; locks of others stay taken for ever."""
        if self.id == os.getpid():
            return
        self.id = os.getpid()
        rested = self.forking.get(get_ident())  # None: no hook has run before the fork
        self.forking.clear()
        self.inherited |= _open_files()
        self.may_hang |= rested is False
        for database in self.live():
            database.start_anew(rested=rested is True)


PROCESS = Process()


@cache
def _watch() -> None:
    """Begin with the first database; until then a fork is nothing to us. Doing it twice is fine."""
    PROCESS.id = os.getpid()
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(
            before=PROCESS.before,
            after_in_parent=PROCESS.after_in_parent,
            after_in_child=PROCESS.after_in_child,
        )


def track(database: Forkable) -> None:
    """Tell it of forks, as long as it lives."""
    _watch()
    PROCESS.databases.add(weakref.ref(database, PROCESS.databases.discard))


def is_pending() -> bool:
    """Whether another thread is about to fork, so that no call may begin."""
    return bool(PROCESS.forking) and get_ident() not in PROCESS.forking


def notice() -> None:
    """See a fork that ran no hooks, as some servers written in C do."""
    PROCESS.after_in_child()


def check(path: Path, where: Place) -> None:
    """Refuse a file that was open in this process when it was forked. Raises NeedsOperator."""
    if PROCESS.may_hang or (PROCESS.inherited and _file_id(path) in PROCESS.inherited):
        raise refusal(where)


def refusal(where: Place) -> NeedsOperator:
    """The error for a file whose locks SQLite would not see in this process."""
    return NeedsOperator(
        "the file was open, or a call was running, when this process was forked; SQLite would"
        " take the locks of the parent for its own, and lose writes",
        where=where,
        fix="close other connections of the parent before the fork, let calls end, or start"
        " processes with spawn",
        code=ErrorCode.CANNOT_OPEN,
    )


def leave_open(connections: Iterable[object]) -> None:
    """Never close what belongs to the parent: it could write to the file that others use.

    The end of the interpreter would close it, whoever keeps a reference, unless it is counted once
    more than it is referred to.
    """
    import ctypes  # of which only a process with such a fork has need

    for connection in connections:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def _file_id(path: Path) -> FileId | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open_files() -> frozenset[FileId]:
    """Every file that this process has open, whoever opened it."""
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        descriptors = list(range(_DESCRIPTORS))
    found: set[FileId] = set()
    for descriptor in descriptors:
        try:
            status = os.fstat(descriptor)
        except OSError:
            continue  # the listing's own
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)
