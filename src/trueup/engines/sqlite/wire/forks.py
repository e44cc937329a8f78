"""Forks: no connection of an open database survives a fork, on either side.

    before ── new calls wait, running calls end, connections close ──► fork ─┬─► parent: calls go on
                                                                             └─► child: calls go on

SQLite knows the locks of a process from a table in its memory. A child inherits the table but not
the locks: it believes that it holds the file, and the next process to close the file removes the
log into which the child writes. A file that is open at the fork is refused in the child.
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
"""How long a fork waits for the running calls of other threads."""

_LOOK_AGAIN_S = 0.001
_DESCRIPTORS = 65_536  # to search, if the system does not list the open ones

FileId = tuple[int, int]
"""The device and the inode, by which SQLite tells files apart."""


class Forkable(Protocol):
    """An open database."""

    def rest(self) -> bool:
        """Close idle connections; return whether none is in use any more."""
        ...

    def wake(self) -> None:
        """Let calls go on after a fork."""

    def start_anew(self, *, rested: bool) -> None:
        """Go on in the child. rested: whether no connection was in use at the fork."""


class Process:
    """The facts of this process.

    forking: the threads that fork, and whether all databases are at rest.
    inherited: the files that were open at a fork.
    may_hang: whether a lock inside SQLite may stay taken.
    """

    def __init__(self) -> None:
        self.id = 0
        self.databases: set[weakref.ref[Forkable]] = set()
        self.forking: dict[int, bool] = {}
        self.inherited: frozenset[FileId] = frozenset()
        self.may_hang = False

    def live(self) -> list[Forkable]:
        """The open databases, copied in one step in C, as threads may add more meanwhile."""
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
        return not sum(not database.rest() for database in self.live())  # calls every database

    def after_in_parent(self) -> None:
        """Let calls go on, unless another thread forks."""
        self.forking.pop(get_ident(), None)
        if not self.forking:
            for database in self.live():
                database.wake()

    def after_in_child(self) -> None:
        """Start anew. Only the forking thread is left; locks of others stay taken for ever."""
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
    """Register the hooks with the first database. A second call does nothing."""
    PROCESS.id = os.getpid()
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(
            before=PROCESS.before,
            after_in_parent=PROCESS.after_in_parent,
            after_in_child=PROCESS.after_in_child,
        )


def track(database: Forkable) -> None:
    """Tell a database of forks, as long as it lives."""
    _watch()
    PROCESS.databases.add(weakref.ref(database, PROCESS.databases.discard))


def is_pending() -> bool:
    """Whether another thread is about to fork, so that no call may begin."""
    return bool(PROCESS.forking) and get_ident() not in PROCESS.forking


def notice() -> None:
    """Notice a fork that ran no hooks, as in some servers written in C."""
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
    """Never close connections of the parent: that could write to the file that others use.

    The end of the interpreter would close them in spite of any reference, unless their count is one
    higher than their references.
    """
    import ctypes  # only needed in a process with such a fork

    for connection in connections:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def _file_id(path: Path) -> FileId | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open_files() -> frozenset[FileId]:
    """Every open file of this process, whichever code opened it."""
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        descriptors = list(range(_DESCRIPTORS))
    found: set[FileId] = set()
    for descriptor in descriptors:
        try:
            status = os.fstat(descriptor)
        except OSError:
            continue  # the descriptor of the listing itself
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)
