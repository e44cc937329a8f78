"""What batches and transactions share: both send their writes in a `with` block."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ErrorCode, InvalidCall, Place
from ..operations.actions import Check, Write


def outside_of_block(what: str, engine: str) -> InvalidCall:
    """The error for a batch or transaction used outside its block. what: "a transaction", say."""
    return InvalidCall(
        f"{what} is used outside of its block and would not be sent",
        code=ErrorCode.CLOSED,
        where=Place(engine),
        fix="open it with a with statement, and use it inside",
    )


def counted(writes: Sequence[Write | Check], noun: str, of: str) -> str:
    """The number of writes and their tables, such as "2 actions on Orders, Users"."""
    number = f"{len(writes)} {noun}" + ("" if len(writes) == 1 else "s")
    tables = ", ".join(sorted({write.table.name for write in writes}))
    return f"{number} {of} {tables}" if tables else number
