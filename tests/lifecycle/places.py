"""Databases for tests of commands, the layers that are opened there, and a clock to set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from trueup import Index, Layer, Model, Table
from trueup.engines.open_tables import open_tables
from trueup.lifecycle.clocks import Clocks
from trueup.lifecycle.inspection import Target
from trueup.lifecycle.state.records import Scope
from trueup.lifecycle.state.store import Store

SHOP = Scope("shop", "beta")


class Order(Model):
    id: str
    status: str = "open"
    day: int = 0


def shop(*indexes: Index, more: tuple[str, ...] = ()) -> Layer:
    """A layer of a table with indexes, and of other tables without."""
    tables = [Table(name, Order, partition="id") for name in more]
    orders = Table("Orders", Order, partition="id", indexes=indexes)
    return Layer("shop", target="dynamodb", tables=[orders, *tables])


BY_STATUS = Index("ByStatus", partition="status")


@dataclass(frozen=True)
class Place:
    """A database, and what the names of tables begin with there."""

    url: str
    prefix: str

    @property
    def orders(self) -> str:
        """The physical name of the first table of `shop()`."""
        return f"{self.prefix}Orders"

    @contextmanager
    def opened(self, layer: Layer, scope: Scope = SHOP) -> Iterator[Target]:
        """A layer, and the state beside it."""
        names = f"{self.prefix}{{table}}"
        with open_tables(self.url, layer, table_names=names) as tables:
            yield Target(tables, Store(tables, f"{self.prefix}state"), scope)


@dataclass
class Time:
    """A clock that a test sets: pauses take no time, and time passes in them. It begins with the
    true monotonic instant, since wires look at that. pace: how much faster it goes in pauses."""

    epoch_s: float
    monotonic_s: float
    paused: list[float] = field(default_factory=list)
    pace: float = 1.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.epoch_s += seconds
        self.monotonic_s += seconds

    def pause(self, seconds: float) -> None:
        """Pause, in no time."""
        self.paused.append(seconds)
        self.pass_by(seconds * self.pace)

    @property
    def clocks(self) -> Clocks:
        """The clocks of a run."""
        return Clocks(lambda: self.epoch_s, lambda: self.monotonic_s, self.pause)
