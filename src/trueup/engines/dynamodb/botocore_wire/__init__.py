"""botocore as a wire: for proxies, and whatever hooks into it (moto, X-Ray, OpenTelemetry, …).

`blocking.py` has the wire for callers that block, `asynchronous.py` the one for asyncio; they are
imported by name, so that a program without asyncio does not pay for its import.
"""
