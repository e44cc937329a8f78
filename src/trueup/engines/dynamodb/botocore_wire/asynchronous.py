"""The botocore wire for asyncio: botocore blocks, so each call has a thread."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from ..port import HttpPayload
from ..wire.aws.configuration import Options
from ..wire.errors import closed, timed_out
from ..wire.http.reply import Reply
from .blocking import BotocoreWire
from .exchange import WHERE


class AsyncBotocoreWire:
    """An awaitable wire. A cancelled call goes on in its thread, and its reply is dropped."""

    def __init__(self, wire: BotocoreWire, most_threads: int) -> None:
        self._wire = wire
        self._threads = ThreadPoolExecutor(most_threads, thread_name_prefix="trueup-botocore")
        self._is_closed = False

    @classmethod
    async def open(cls, options: Options) -> AsyncBotocoreWire:
        """Open the wire in a thread, as botocore reads files."""
        wire = await asyncio.to_thread(BotocoreWire, options)
        return cls(wire, options.most_connections)

    async def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """One round trip. deadline_s: an instant of `time.monotonic()`."""
        if self._is_closed:
            raise closed(WHERE)
        loop = asyncio.get_running_loop()
        call = loop.run_in_executor(self._threads, self._wire.perform, payload, deadline_s)
        try:
            async with asyncio.timeout(max(0.0, deadline_s - time.monotonic())):
                return await call
        except TimeoutError:
            raise timed_out(sent=True, where=WHERE) from None

    async def aclose(self) -> None:
        """Let running calls end, then close every connection. A second call does nothing."""
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)
        self._wire.close()
