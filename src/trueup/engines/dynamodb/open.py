"""Open one of the two wires to DynamoDB; only the one that is asked for is imported."""

from __future__ import annotations

from .port import AsyncDynamoWire, DynamoWire
from .wire.aws.configuration import Options


def open_wire(name: str, options: Options) -> DynamoWire:
    """The wire called `direct` or `botocore`, for callers that block."""
    if name == "botocore":
        from .botocore_wire.blocking import BotocoreWire

        return BotocoreWire(options)
    from .wire.blocking import DirectWire

    return DirectWire(options)


async def open_async_wire(name: str, options: Options) -> AsyncDynamoWire:
    """The wire called `direct` or `botocore`, for asyncio."""
    if name == "botocore":
        from .botocore_wire.asynchronous import AsyncBotocoreWire

        return await AsyncBotocoreWire.open(options)
    from .wire.asynchronous import AsyncDirectWire

    return AsyncDirectWire(options)
