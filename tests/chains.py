"""The chain of an error: what a reporter of errors walks, shown in a traceback or not."""

from __future__ import annotations

from collections.abc import Iterator


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """The error, and all errors that it names as cause or context."""
    yield error
    for link in {id(one): one for one in (error.__cause__, error.__context__) if one}.values():
        yield from chain_of(link)
