"""A program that makes 32 first calls at once: `first_calls.py URL blocking|awaiting`.

Prints as JSON the modules of interest that it has imported then. A module that is imported by name:
`python -m tests.wire.first_calls`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.aws.configuration import Options

CALLERS = 32
WATCHED = {"botocore", "boto3", "asyncio", "concurrent.futures", "urllib.request", "http.client"}


def call_in_threads(options: Options) -> None:
    from trueup.engines.dynamodb.wire.blocking import DirectWire

    wire = DirectWire(options)
    replies: SimpleQueue[int] = SimpleQueue()

    def call() -> None:
        payload = HttpPayload("GetItem", b"{}")
        replies.put(wire.perform(payload, time.monotonic() + 20).status)

    threads = [Thread(target=call) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wire.close()
    assert [replies.get(timeout=1) for _ in threads] == [200] * CALLERS


def call_in_tasks(options: Options) -> None:
    import asyncio

    from trueup.engines.dynamodb.wire.asynchronous import AsyncDirectWire

    async def main() -> None:
        wire = AsyncDirectWire(options)
        payload = HttpPayload("GetItem", b"{}")
        end_s = time.monotonic() + 20
        replies = await asyncio.gather(*(wire.perform(payload, end_s) for _ in range(CALLERS)))
        await wire.aclose()
        assert [reply.status for reply in replies] == [200] * CALLERS

    asyncio.run(main())


def main() -> None:
    _, url, flavour = sys.argv
    call: Callable[[Options], None] = call_in_threads if flavour == "blocking" else call_in_tasks
    call(Options(endpoint_url=url))
    print(json.dumps(sorted(WATCHED & set(sys.modules))))


if __name__ == "__main__":
    main()
