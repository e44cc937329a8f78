"""The only place of this engine that waits: connections, locks, transactions.

`sqlite.py` has the wire for callers that block, `threaded.py` the one for asyncio; they are
imported by name, so that a program without asyncio does not pay for its import.
"""
