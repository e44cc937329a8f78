"""One request of the client, and what the server says to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.faults.proxy import Asked, Exchange, Reply

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was read."""

    exchange: Exchange
    asked: Asked

    @property
    def target(self) -> str:
        return self.asked.target

    @property
    def parameters(self) -> Json:
        parameters: Json = self.asked.parameters
        return parameters

    @property
    def table(self) -> str:
        """The name of the table that the request names, also where it gives an ARN."""
        return named_table(self.parameters)

    def forward(self) -> Reply:
        """What the server says to this request, byte for byte."""
        return self.exchange.have_done(self.asked)

    def ask(self, target: str, **parameters: object) -> Json | None:
        """What the server says to another request; None where it refuses."""
        headers = dict(self.asked.headers)
        service = headers["x-amz-target"].rpartition(".")[0]
        headers["x-amz-target"] = f"{service}.{target}"
        asked = replace(
            self.asked, target=target, headers=headers, body=json.dumps(parameters).encode()
        )
        reply = self.exchange.have_done(asked)
        return body_of(reply) if reply.status == 200 else None


def table_of(given: str) -> str:
    """The name in a table's name or ARN."""
    return given.partition(":table/")[2].partition("/")[0] or given


def named_table(parameters: Json) -> str:
    """The name of the one table that parameters name; empty if there is none."""
    return table_of(parameters.get("TableName") or parameters.get("ResourceArn") or "")


def body_of(reply: Reply) -> Json:
    """What a reply says."""
    body: Json = json.loads(reply.body)
    return body


def with_body(reply: Reply, body: Mapping[str, Any]) -> Reply:
    """The same reply, saying something else."""
    return replace(reply, body=json.dumps(body).encode())
