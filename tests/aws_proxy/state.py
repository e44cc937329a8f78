"""What AWS remembers beside the server."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.aws_proxy.call import Call, Json
from tests.aws_proxy.looks import Clock, Looks
from tests.aws_proxy.table import Table
from tests.faults.proxy import Reply

V = TypeVar("V")


@dataclass
class State:
    """What AWS remembers, and how it behaves; tests change it at any time.

    looks: of changes from now on. denied: the actions that the client may not do.
    shuffled: by what lists without an order are put into another one each time; None leaves them.
    names_disabled_ttl: whether a TTL that is off still has the attribute's name.
    tags_per_page: of ListTagsOfResource. backups: looks left at each on-demand backup.
    """

    looks: Looks = field(default_factory=Looks)
    clock: Clock = field(default_factory=Clock)
    denied: set[str] = field(default_factory=set)
    shuffled: random.Random | None = None
    names_disabled_ttl: bool = False
    tags_per_page: int = 10
    tables: dict[str, Table] = field(default_factory=dict)
    backups: dict[str, int] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """What is remembered of a table, which others may have made."""
        return self.tables.setdefault(name, Table())

    def shuffle(self, values: Sequence[V]) -> list[V]:
        """A list without an order, in the order in which AWS gives it this time."""
        by = self.shuffled
        return list(values) if by is None else by.sample(values, len(values))

    def described(self, call: Call) -> Json | None:
        """The table of a request as AWS would describe it now; None if there is none."""
        table = self.table(call.table)
        if table.gone is not None:
            return table.gone
        body = call.ask("DescribeTable", TableName=call.table)
        return None if body is None else table.shown(body["Table"])


Handler = Callable[[State, Call], Reply]
"""Answers a request; raises Refused where AWS refuses it."""
