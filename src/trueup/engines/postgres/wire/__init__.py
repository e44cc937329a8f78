"""The part of this engine that waits: connections, pools, transactions.

`blocking.py` has the wire for callers that block, `asynchronous.py` the wire for asyncio. They are
imported by name, so that a program without asyncio does not pay for its import.
"""
