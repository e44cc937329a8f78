"""Exit codes: one table for every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command says to the shell.

    A check that could not run is an ERROR: what is not known is never DONE.
    """

    DONE = 0
    """Done, or everything agrees."""
    ERROR = 1
    """An error, wrong usage, or a check that could not run."""
    CHANGES = 2
    """Changes to make, drift, or findings."""
    BLOCKED = 3
    """A guard refused; the error names the option that allows it."""
    PARTIAL = 4
    """Some items were rejected; they are kept and listed."""
    INTERRUPTED = 130
    """Interrupted; the error says what is done, and how to go on."""
