"""A table as AWS would show it: what is not finished yet, and the facts that the server drops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

WARM_READS, WARM_WRITES = 12_000, 4_000
"""The warm throughput of a new on-demand table or index.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"""

AWS_MANAGED_KEY = "key/aws-dynamodb-0000"
"""How the ARN of the key ends that AWS manages for DynamoDB."""


@dataclass
class Index:
    """An index that is being created or deleted.

    left: looks that each phase is still seen, the first that has any being the one under way.
    last: the description of an index that is being deleted. definitions: of the attributes that the
    table had then, which go with the index, measured: DDB-TABLE-151.
    """

    left: dict[str, int]
    last: Json | None = None
    definitions: Sequence[Json] = ()

    @property
    def is_done(self) -> bool:
        return not any(self.left.values())

    @property
    def phase(self) -> str:
        return next(phase for phase, looks in self.left.items() if looks)

    def look(self) -> None:
        if not self.is_done:
            self.left[self.phase] -= 1


@dataclass
class Table:
    """What AWS knows of a table beyond the server.

    left: looks that a change is still seen unfinished, by the name that it has in `Looks`.
    gone: the last description of a table that is being deleted.
    ttl_changed_s, protection_changed_s: when these last changed.
    pitr_days, insights_modes, warm, on_demand: facts that the server drops, the last three by the
    name of the index, or "" for the table's own. former_policy: what a look at it may still find.
    """

    left: dict[str, int] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    gone: Json | None = None
    ttl_changed_s: float | None = None
    protection_changed_s: float | None = None
    pitr_days: int = 35
    insights_modes: dict[str, str] = field(default_factory=dict)
    former_policy: Json | None = None
    warm: dict[str, Json] = field(default_factory=dict)
    on_demand: dict[str, Json] = field(default_factory=dict)

    def is_under_way(self, change: str) -> bool:
        return self.left.get(change, 0) > 0

    def look(self, change: str) -> bool:
        """Whether this look still finds the change under way."""
        seen = self.is_under_way(change)
        if seen:
            self.left[change] -= 1
        return seen

    @property
    def status(self) -> str:
        """The table's status."""
        if self.gone is not None:
            return "DELETING"
        if self.is_under_way("creation"):
            return "CREATING"
        phases = {index.phase for index in self.indexes.values() if not index.is_done}
        if self.is_under_way("update") or phases & {"allocation", "index_deletion"}:
            return "UPDATING"
        return "ACTIVE"

    def look_at_all(self) -> None:
        """Count a DescribeTable."""
        for change in ("creation", "update", "encryption"):
            self.look(change)
        for name, index in list(self.indexes.items()):
            index.look()
            if index.is_done:
                del self.indexes[name]

    def shown(self, described: Mapping[str, Any]) -> Json:
        """The server's description of this table, as AWS would give it."""
        shown = {**described, "TableStatus": self.status}
        indexes = [self._index(index) for index in described.get("GlobalSecondaryIndexes") or ()]
        indexes += list(self._leaving())
        if indexes:
            shown["GlobalSecondaryIndexes"] = indexes
        known = {one["AttributeName"]: one for one in self._leaving_definitions()}
        known |= {one["AttributeName"]: one for one in described["AttributeDefinitions"]}
        shown["AttributeDefinitions"] = list(known.values())
        self._show_throughput(shown)
        self._show_encryption(shown)
        if not (shown.get("StreamSpecification") or {}).get("StreamEnabled"):
            # Absent where there is none, measured: DDB-TABLE-050.
            shown.pop("StreamSpecification", None)
        return shown

    def _index(self, described: Mapping[str, Any]) -> Json:
        name = described["IndexName"]
        shown = {**described, "IndexStatus": "ACTIVE"}
        if self.is_under_way("creation"):
            shown["IndexStatus"] = "CREATING"
        if name in self.indexes:
            shown["IndexStatus"] = "CREATING"
            shown["Backfilling"] = self.indexes[name].phase == "backfilling"
        if name in self.on_demand:
            shown["OnDemandThroughput"] = self.on_demand[name]
        shown["WarmThroughput"] = self._warm(name, described)
        return shown

    def _leaving(self) -> Iterator[Json]:
        for index in self.indexes.values():
            if index.last is not None:
                yield {**index.last, "IndexStatus": "DELETING"}

    def _leaving_definitions(self) -> Iterator[Json]:
        for index in self.indexes.values():
            yield from index.definitions

    def _show_throughput(self, shown: Json) -> None:
        shown["WarmThroughput"] = self._warm("", {})
        if (shown.get("BillingModeSummary") or {}).get("BillingMode") == "PROVISIONED":
            # A switch of the mode drops the maxima, measured: DDB-TABLE-153.
            shown.pop("OnDemandThroughput", None)

    def _warm(self, name: str, described: Mapping[str, Any]) -> Json:
        given = self.warm.get(name) or described.get("WarmThroughput") or {}
        return {
            "ReadUnitsPerSecond": given.get("ReadUnitsPerSecond", WARM_READS),
            "WriteUnitsPerSecond": given.get("WriteUnitsPerSecond", WARM_WRITES),
            "Status": "ACTIVE",
        }

    def _show_encryption(self, shown: Json) -> None:
        """A key that AWS manages has an ARN of its own; a table on a key of AWS's own has no
        description, measured: DDB-TABLE-027."""
        described = dict(shown.pop("SSEDescription", None) or {})
        if self.is_under_way("encryption"):
            described["Status"] = "UPDATING"
        if described.get("Status", "DISABLED") == "DISABLED":
            return
        arn = described.get("KMSMasterKeyArn", "")
        described["KMSMasterKeyArn"] = arn.replace("alias/aws/dynamodb", AWS_MANAGED_KEY)
        shown["SSEDescription"] = described
