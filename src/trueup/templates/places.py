"""Which property says which fact of a table: for lines, and for what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..schema.facts import Path

TABLE_FACTS: Mapping[Path, Path] = {
    ("KeySchema",): ("key",),
    ("AttributeDefinitions",): (),
    ("GlobalSecondaryIndexes",): ("index",),
    ("LocalSecondaryIndexes",): ("index",),
    ("BillingMode",): ("billing",),
    ("ProvisionedThroughput",): ("billing",),
    ("ProvisionedThroughput", "ReadCapacityUnits"): ("billing", "read_units"),
    ("ProvisionedThroughput", "WriteCapacityUnits"): ("billing", "write_units"),
    ("OnDemandThroughput",): ("billing",),
    ("OnDemandThroughput", "MaxReadRequestUnits"): ("billing", "max_read_request_units"),
    ("OnDemandThroughput", "MaxWriteRequestUnits"): ("billing", "max_write_request_units"),
    ("WarmThroughput",): ("warm_throughput",),
    ("WarmThroughput", "ReadUnitsPerSecond"): ("warm_throughput", "read_units_per_second"),
    ("WarmThroughput", "WriteUnitsPerSecond"): ("warm_throughput", "write_units_per_second"),
    ("TableClass",): ("table_class",),
    ("PointInTimeRecoverySpecification",): ("pitr",),
    ("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"): ("pitr",),
    ("PointInTimeRecoverySpecification", "RecoveryPeriodInDays"): ("pitr", "days"),
    ("DeletionProtectionEnabled",): ("deletion_protection",),
    ("SSESpecification",): ("encryption",),
    ("SSESpecification", "KMSMasterKeyId"): ("encryption", "key"),
    ("StreamSpecification",): ("stream",),
    ("ContributorInsightsSpecification",): ("contributor_insights",),
    ("ContributorInsightsSpecification", "Mode"): ("contributor_insights", "mode"),
    ("TimeToLiveSpecification",): ("ttl",),
    ("ResourcePolicy",): ("resource_policy",),
    ("Tags",): ("tags",),
}
"""Paths of properties to paths of facts. Those of AttributeDefinitions are where they are used."""

INDEX_FACTS: Mapping[Path, Path] = {
    ("KeySchema",): (),
    ("Projection",): ("projection",),
    **{
        path: fact
        for path, fact in TABLE_FACTS.items()
        if path[0]
        in (
            "ProvisionedThroughput",
            "OnDemandThroughput",
            "WarmThroughput",
            "ContributorInsightsSpecification",
        )
    },
}
"""The same below an index."""


def fact_at(path: Path, facts: Mapping[Path, Path]) -> Path | None:
    """The fact that a property, or a part of it, says; None if it says none."""
    for length in range(len(path), 0, -1):
        if path[:length] in facts:
            return facts[path[:length]]
    return None


def places(
    present: Mapping[str, object], facts: Mapping[Path, Path]
) -> Iterator[tuple[Path, Path]]:
    """Each fact that properties say, with the path of the property; the inmost come last."""
    for path, fact in facts.items():
        inner: object = present
        for name in path:
            inner = inner.get(name) if isinstance(inner, Mapping) else None
        if inner is not None and fact:
            yield fact, path
