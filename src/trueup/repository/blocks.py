"""What is collected in a block is sent when it ends, so that it must be in one."""

from __future__ import annotations

from ..errors import ErrorCode, InvalidCall, Place


def outside_of_block(what: str, engine: str) -> InvalidCall:
    """The error for a write that would never be sent. what: "a transaction", say."""
    return InvalidCall(
        f"{what} is used outside of its block and would not be sent",
        code=ErrorCode.CLOSED,
        where=Place(engine),
        fix="open it with a with statement, and use it inside",
    )
