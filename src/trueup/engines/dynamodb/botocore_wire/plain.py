"""Requests of the kind that nearly all are: POST to the root of a server."""

from __future__ import annotations

from functools import lru_cache

from ....errors import InvalidCall
from ..wire.aws.endpoint import Endpoint, parse_endpoint


@lru_cache(maxsize=64)
def plain_endpoint(url: str) -> Endpoint | None:
    """The server that a request's URL names; None where there is more in it, a path say."""
    try:
        return parse_endpoint(url, region="")
    except InvalidCall:
        return None
