"""Payload: what a request is on DynamoDB."""

from __future__ import annotations

from ..._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class HttpPayload:
    """One call of the DynamoDB API, as it is sent.

    target: the operation, `GetItem` say. body: its parameters as JSON.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
    """

    target: str
    body: bytes
