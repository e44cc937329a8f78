"""Streams whose reader is gone: `head` that has seen enough, a full disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO


def discard(stream: IO[str]) -> None:
    """Let what is still written to a stream go nowhere; Python would complain of it at its exit.

    Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    with suppress(OSError):  # a stream without a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def unheard(stream: IO[str]) -> Iterator[None]:
    """A block that writes to a stream, and goes on if it cannot."""
    try:
        yield
    except OSError:
        discard(stream)
