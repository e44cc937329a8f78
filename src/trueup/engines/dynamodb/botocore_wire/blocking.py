"""The botocore wire for callers that block.

A call runs through a botocore client, with its credentials, endpoint rules and hooks: `exchange.py`
puts our body in and takes the reply out, botocore signs, and `sending.py` sends. Nothing is sent
twice here; only the retry layer does that.
"""

from __future__ import annotations

import time
from typing import Any

from ....errors import NeedsOperator
from ..port import HttpPayload
from ..wire.aws.configuration import Options
from ..wire.aws.service import DYNAMODB
from ..wire.errors import closed, timed_out
from ..wire.http.reply import Reply
from .client import open_client
from .errors import translate
from .exchange import WHERE, Exchange, current
from .sdk import exceptions, xform_name

_NESTED: dict[str, dict[str, Any]] = {
    "BatchGetItem": {"RequestItems": {}},
    "BatchWriteItem": {"RequestItems": {}},
    "TransactGetItems": {"TransactItems": []},
    "TransactWriteItems": {"TransactItems": []},
}
"""Parameters that botocore's endpoint rules read; they do not change the body."""


class BotocoreWire:
    """A blocking wire, for any number of threads.

    Through a proxy, a call waits as long as botocore's own timeouts allow, which are fixed when the
    wire is opened; the deadline of a call is checked before it is sent.
    """

    def __init__(self, options: Options) -> None:
        self._is_closed = False
        self._options = options
        self._clients = {DYNAMODB.name: open_client(options, DYNAMODB)}

    def __repr__(self) -> str:
        return f"<BotocoreWire: {[sender for _, sender in list(self._clients.values())]}>"

    def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """One round trip. deadline_s: an instant of `time.monotonic()`.

        Raises:
            TransportError: no complete reply came; InvalidCall (closed): after `close`.
        """
        if self._is_closed:
            raise closed(WHERE)
        if time.monotonic() >= deadline_s:
            raise timed_out(sent=False, where=WHERE)
        exchange = Exchange(payload, deadline_s)
        token = current.set(exchange)
        try:
            self._call(payload)
        except exceptions.ClientError:
            pass  # the engine reads replies that report errors
        except exceptions.BotoCoreError as error:
            raise translate(error, WHERE) from error
        finally:
            current.reset(token)
        if exchange.reply is None:
            raise NeedsOperator(
                "a hook of botocore answered in DynamoDB's place, past its parser",
                where=WHERE,
                fix="let the hook answer at `before-send`, as moto does",
            )
        return exchange.reply

    def _call(self, payload: HttpPayload) -> None:
        service, target = payload.service, payload.target
        client, _ = self._clients.get(service.name) or self._clients.setdefault(
            service.name, open_client(self._options, service)
        )
        call = getattr(client, xform_name(target))
        call(**_NESTED.get(target, {}))

    def close(self) -> None:
        """Close every connection. A second call does nothing."""
        self._is_closed = True
        for client, sender in list(self._clients.values()):
            sender.close()
            client.close()
