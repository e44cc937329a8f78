"""The table of the state, and its items.

kind                id                    one item for
lock                stage/layer           the lock of a layer in a stage, held or free
table               physical name         a table that a layer owns
run stage/layer     run id                a run of `apply`
step run-id         000007                a step of a run
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import quote

from pydantic import Field

from ..._dataclass import dataclass
from ...model.declarations.base import Model
from ...model.declarations.dynamodb import DynamoDB
from ...model.declarations.layer import Layer, Target
from ...model.declarations.table import Table

STATE_TABLE = "trueup-state"
"""The physical name of the table, unless the stage sets another."""

LOCKS = "lock"
TABLES = "table"


@dataclass(frozen=True, slots=True)
class Scope:
    """What one lock is for: a layer in a stage. stage: empty if no stage is named.

    protect: whether the stage protects its tables; it is recorded with them, and with the lock, so
    that a caller with other settings finds it. It is the same scope without.
    """

    layer: str
    stage: str = ""
    protect: bool = field(default=False, compare=False)

    @property
    def id(self) -> str:
        """Another text for every other scope."""
        return f"{quote(self.stage, safe='')}/{quote(self.layer, safe='')}"

    def __str__(self) -> str:
        return f"layer {self.layer}" + (f", stage {self.stage}" if self.stage else "")


class Record(Model):
    """An item of the state. kind, id: its key."""

    kind: str
    id: str


class Lock(Record):
    """The lock of a scope. run_id, owner: who holds it; empty if it is free.

    number: raised by each run that takes the lock, and never lowered.
    """

    layer: str
    stage: str
    number: int
    run_id: str = ""
    owner: str = ""
    acquired_at_epoch_s: int = 0
    expires_at_epoch_s: int = 0
    protect: bool = False

    @property
    def scope(self) -> Scope:
        """What the lock is for."""
        return Scope(self.layer, self.stage, self.protect)

    def is_held(self, now_epoch_s: int) -> bool:
        """Whether a run holds it, whose lease has not expired."""
        return bool(self.run_id) and now_epoch_s < self.expires_at_epoch_s


class Ownership(StrEnum):
    """How far a table is ours: what is intended may not have been created."""

    INTENDED = "intended"
    CREATED = "created"


class OwnedTable(Record):
    """A table that a layer owns in a stage. identity: see `LiveTable`; empty if it is not known.

    protect: whether that stage protects its tables.
    sent_at_epoch_s: when a request of a spacing was last sent, by the spacing's name.
    """

    layer: str
    stage: str
    ownership: Ownership
    since_epoch_s: int
    identity: str = ""
    protect: bool = False
    sent_at_epoch_s: dict[str, int] = Field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """The owner."""
        return Scope(self.layer, self.stage, self.protect)


class Outcome(StrEnum):
    """How a run ended. BEGAN: it still runs, or was killed."""

    BEGAN = "began"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class RunRecord(Record):
    """A run. plan_id: of the plan that it began with. steps: how many it has.

    agreed: the digest of that plan's aims and hazards; see `Seen`.
    """

    plan_id: str
    agreed: str = ""
    owner: str
    began_at_epoch_s: int
    steps: int
    ended_at_epoch_s: int = 0
    outcome: Outcome = Outcome.BEGAN


class StepRecord(Record):
    """A step that a run began. ended_at_epoch_s: 0 if it did not end."""

    table: str
    comment: str
    began_at_epoch_s: int
    ended_at_epoch_s: int = 0


def run_kind(scope: Scope) -> str:
    """The kind of a scope's runs."""
    return f"run {scope.id}"


def step_kind(run_id: str) -> str:
    """The kind of a run's steps."""
    return f"step {run_id}"


@dataclass(frozen=True, slots=True)
class StateLayer:
    """The layer of the state, and its only table."""

    layer: Layer
    table: Table[Any]


@cache
def state_layer(target: Target, name: str = STATE_TABLE) -> StateLayer:
    """The declaration of the state's table, under the physical name `name`.

    It has no backups: they would need a permission more, and what is lost can be told again by
    `adopt --own`.
    """
    table: Table[Any] = Table(
        "State",
        Record,
        partition="kind",
        sort="id",
        entities=(Lock, OwnedTable, RunRecord, StepRecord),
        physical=name,
        description="lock, ownership and journal of trueup apply",
        dynamodb=DynamoDB(pitr_days=0),
    )
    return StateLayer(Layer("trueup", target=target, tables=[table]), table)
