"""Our own transport to DynamoDB: HTTP/1.1 over kept connections, signed, checked, never retried.

`blocking.py` has the wire for callers that block, `asynchronous.py` the wire for asyncio. They are
imported by name, so that a program without asyncio does not pay for its import.
"""
