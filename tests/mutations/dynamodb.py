"""What others can do to a table on DynamoDB, one fact at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from tests.mutations.mutation import Calls, Mutation
from trueup import DynamoDB, ExpiresAt, Index, Model, Table
from trueup.engines.dynamodb.ddl.body import create_body
from trueup.engines.dynamodb.ddl.declared import declared
from trueup.model.description.check import describe
from trueup.schema.tables import AttributeSchema, TableSchema


class Job(Model):
    id: str
    rank: int
    state: str = ""
    owner: str = ""
    note: str = ""
    due: ExpiresAt | None = None


class Errand(Model):
    id: str
    rank: int
    state: str = ""


KEY = "arn:aws:kms:us-east-1:000000000000:key/one"
OTHER_KEY = "arn:aws:kms:us-east-1:000000000000:key/other"


def policy(action: str, principal: str = "111122223333") -> dict[str, Any]:
    """Another account may do something with the table."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action}
    return {"Version": "2012-10-17", "Statement": [statement]}


ON_DEMAND = Table(
    "Jobs",
    Job,
    partition="id",
    sort="rank",
    ttl="due",
    stream="NEW_IMAGE",
    indexes=[
        Index("ByState", partition="state", sort="rank", projection=["note"]),
        Index("ByOwner", partition="owner"),
        Index("ByNote", partition="id", sort="note", local=True),
    ],
    dynamodb=DynamoDB(
        max_read_request_units=50,
        max_write_request_units=20,
        pitr_days=7,
        deletion_protection=True,
        encryption="customer",
        kms_key_arn=KEY,
        warm_read_units_per_second=13_000,
        warm_write_units_per_second=5_000,
        contributor_insights="throttled_keys",
        resource_policy=policy("dynamodb:GetItem"),
        tags={"team": "jobs", "stage": "beta"},
    ),
)
PROVISIONED = Table(
    "Jobs",
    Errand,
    partition="id",
    sort="rank",
    indexes=[Index("ByState", partition="state", projection="keys")],
    dynamodb=DynamoDB(
        billing="provisioned",
        read_units=5,
        write_units=2,
        table_class="infrequent_access",
        pitr_days=0,
        deletion_protection=False,
        contributor_insights="off",
        resource_policy={},
    ),
)


def update(**parameters: Any) -> tuple[str, Mapping[str, Any]]:
    """An UpdateTable."""
    return "UpdateTable", parameters


def update_index(name: str, **parameters: Any) -> tuple[str, Mapping[str, Any]]:
    """An UpdateTable of an index."""
    return update(GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": name, **parameters}}])


def drop_index(name: str) -> tuple[str, Mapping[str, Any]]:
    """An UpdateTable that drops an index."""
    return update(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])


def add_index(
    name: str, partition: str, sort: str = "", *included: str, kind: str = "S"
) -> tuple[str, Mapping[str, Any]]:
    """An UpdateTable that creates an index as declared ones are billed."""
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    keys += [{"AttributeName": sort, "KeyType": "RANGE"}] if sort else []
    kinds = {partition: kind, **({sort: "N" if sort == "rank" else "S"} if sort else {})}
    projection: dict[str, Any] = {"ProjectionType": "ALL"}
    if included:
        names = [name for name in included if name]
        projection = {"ProjectionType": "KEYS_ONLY"}
        if names:
            projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": names}
    created = {
        "IndexName": name,
        "KeySchema": keys,
        "Projection": projection,
        "OnDemandThroughput": MAXIMA,
        "WarmThroughput": WARM,
    }
    return update(
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in kinds.items()
        ],
        GlobalSecondaryIndexUpdates=[{"Create": created}],
    )


def remade(name: str, *create: Any, **options: Any) -> Calls:
    """An index that is dropped and created otherwise, with the same insights."""
    return drop_index(name), add_index(name, *create, **options), insights("ENABLE", index=name)


def insights(
    action: str, mode: str = "THROTTLED_KEYS", *, index: str = ""
) -> tuple[str, Mapping[str, Any]]:
    """An UpdateContributorInsights."""
    told = {"ContributorInsightsAction": action}
    told |= {"ContributorInsightsMode": mode} if action == "ENABLE" else {}
    return "UpdateContributorInsights", told | ({"IndexName": index} if index else {})


def ttl(attribute: str, *, enabled: bool) -> tuple[str, Mapping[str, Any]]:
    """An UpdateTimeToLive."""
    told = {"Enabled": enabled, "AttributeName": attribute}
    return "UpdateTimeToLive", {"TimeToLiveSpecification": told}


def recovery(days: int) -> tuple[str, Mapping[str, Any]]:
    """An UpdateContinuousBackups."""
    told = {"PointInTimeRecoveryEnabled": bool(days)}
    more = {"RecoveryPeriodInDays": days} if days else {}
    return "UpdateContinuousBackups", {"PointInTimeRecoverySpecification": {**told, **more}}


def stream(view: str) -> tuple[str, Mapping[str, Any]]:
    """An UpdateTable that enables a stream, or disables it."""
    told = {"StreamEnabled": True, "StreamViewType": view} if view else {"StreamEnabled": False}
    return update(StreamSpecification=told)


def units(reads: int, writes: int) -> dict[str, Any]:
    """Provisioned throughput."""
    return {"ProvisionedThroughput": {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}}


def maxima(reads: int, writes: int) -> dict[str, Any]:
    """The most units of on-demand requests."""
    return {"OnDemandThroughput": {"MaxReadRequestUnits": reads, "MaxWriteRequestUnits": writes}}


def warm(reads: int, writes: int) -> dict[str, Any]:
    """Warm throughput."""
    return {"WarmThroughput": {"ReadUnitsPerSecond": reads, "WriteUnitsPerSecond": writes}}


def put_policy(given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A PutResourcePolicy; the runner fills in the table's ARN for the resource."""
    return "PutResourcePolicy", {"Policy": given}


MAXIMA = maxima(50, 20)["OnDemandThroughput"]
WARM = warm(13_000, 5_000)["WarmThroughput"]
UNPROTECT = update(DeletionProtectionEnabled=False)
SORTS: tuple[tuple[str, Literal["N", "S"]], ...] = (("rank", "N"), ("state", "S"))
TO_UNITS = update(
    BillingMode="PROVISIONED",
    GlobalSecondaryIndexUpdates=[
        {"Update": {"IndexName": name, **units(1, 1)}} for name in ("ByState", "ByOwner")
    ],
    **units(1, 1),
)
WIDE = "ACCESSED_AND_THROTTLED_KEYS"


def _on_demand() -> Iterator[tuple[str, Calls, tuple[str, ...], bool]]:
    """Name, calls, paths, and whether the server of the tests keeps it."""
    of_indexes = ("index.ByState.billing", "index.ByOwner.billing")
    yield "paid by units", (TO_UNITS,), ("billing", *of_indexes), True
    most_reads, most_writes = "billing.max_read_request_units", "billing.max_write_request_units"
    yield "other cap of reads", (update(**maxima(40, 20)),), (most_reads,), True
    yield "other cap of writes", (update(**maxima(50, 90)),), (most_writes,), True
    yield "no caps", (update(**maxima(-1, -1)),), (most_reads, most_writes), True
    yield "cap of writes removed", (update(**maxima(50, -1)),), (most_writes,), True
    for index in ("ByState", "ByOwner"):
        capped = tuple(f"index.{index}.{path}" for path in (most_reads, most_writes))
        yield f"caps of {index}", (update_index(index, **maxima(1, 2)),), capped, False
        yield f"no caps of {index}", (update_index(index, **maxima(-1, -1)),), capped, False
    rarely = update(TableClass="STANDARD_INFREQUENT_ACCESS")
    yield "stored for rare access", (rarely,), ("table_class",), True
    yield "unprotected", (UNPROTECT,), ("deletion_protection",), True
    yield "no recovery", (recovery(0),), ("pitr.enabled", "pitr.days"), True
    yield "recovery of fewer days", (recovery(3),), ("pitr.days",), False
    yield "recovery of more days", (recovery(35),), ("pitr.days",), False
    sse = {"Enabled": True, "SSEType": "KMS"}
    yield (
        "another key",
        (update(SSESpecification={**sse, "KMSMasterKeyId": OTHER_KEY}),),
        ("encryption.key",),
        True,
    )
    yield "a key of AWS", (update(SSESpecification=sse),), ("encryption.key",), True
    unkeyed = update(SSESpecification={"Enabled": False})
    yield "no key", (unkeyed,), ("encryption.type", "encryption.key"), True
    yield "stream off", (stream(""),), ("stream",), True
    yield "stream of another view", (stream(""), stream("KEYS_ONLY")), ("stream",), True
    off = ttl("due", enabled=False)
    yield "no expiry", (off,), ("ttl",), True
    yield "another expiry", (off, ttl("state", enabled=True)), ("ttl",), True
    yield from _attached()
    yield from _indexes()
    yield from _replaced()


def _attached() -> Iterator[tuple[str, Calls, tuple[str, ...], bool]]:
    retagged = ("TagResource", {"Tags": [{"Key": "team", "Value": "others"}]})
    yield "another tag", (retagged,), ("tags.team",), True
    yield "a tag less", (("UntagResource", {"TagKeys": ["stage"]}),), ("tags.stage",), True
    both = ("UntagResource", {"TagKeys": ["stage", "team"]})
    yield "no tags", (both,), ("tags.stage", "tags.team"), True
    for name, given in (
        ("policy that allows more", policy("dynamodb:*")),
        ("policy for others", policy("dynamodb:GetItem", "444455556666")),
    ):
        yield name, (put_policy(given),), ("resource_policy",), True
    yield "no policy", (("DeleteResourcePolicy", {}),), ("resource_policy",), True
    mode, enabled = "contributor_insights.mode", "contributor_insights.enabled"
    for index in ("", "ByState", "ByOwner"):
        of, at = (f" of {index}", f"index.{index}.") if index else ("", "")
        none = (f"{at}{enabled}", f"{at}{mode}")
        yield f"no insights{of}", (insights("DISABLE", index=index),), none, True
        widened = (insights("ENABLE", WIDE, index=index),)
        yield f"other insights{of}", widened, (f"{at}{mode}",), False
        reads = f"{at}warm_throughput.read_units_per_second"
        writes = f"{at}warm_throughput.write_units_per_second"
        for name, given, path in (
            ("reads", warm(12_000, 5_000), reads),
            ("writes", warm(13_000, 4_000), writes),
        ):
            call = update_index(index, **given) if index else update(**given)
            yield f"fewer warm {name}{of}", (call,), (path,), False


def _indexes() -> Iterator[tuple[str, Calls, tuple[str, ...], bool]]:
    for index in ("ByState", "ByOwner"):
        yield f"{index} dropped", (drop_index(index),), (f"index.{index}",), True
    at = "index.ByState"
    other = remade("ByState", "owner", "rank", "due", "note")
    yield "index by another attribute", other, (f"{at}.partition",), True
    yield (
        "index of another type",
        remade("ByState", "state", "rank", "due", "note", kind="N"),
        (f"{at}.partition",),
        True,
    )
    yield (
        "index in another order",
        remade("ByState", "state", "note", "due", "note"),
        (f"{at}.sort",),
        True,
    )
    yield (
        "index without order",
        remade("ByState", "state", "", "due", "note"),
        (f"{at}.sort",),
        True,
    )
    yield "index of keys", remade("ByState", "state", "rank", ""), (f"{at}.projection",), True
    yield (
        "index that holds others",
        remade("ByState", "state", "rank", "due", "owner"),
        (f"{at}.projection",),
        True,
    )
    narrowed = remade("ByOwner", "owner", "", "due")
    yield "index that holds less", narrowed, ("index.ByOwner.projection",), True
    mine = add_index("Mine", "note")
    yield "index that nobody declared", (mine,), ("index.Mine",), True


def _replaced() -> Iterator[tuple[str, Calls, tuple[str, ...], bool]]:
    """What no request changes: others drop the table, and make another of its name."""
    dropped: Calls = (UNPROTECT, ("DeleteTable", {}))
    yield "table dropped", dropped, ("",), True
    made = declared(describe(ON_DEMAND), "Jobs")
    rank, state = (AttributeSchema(name, kind) for name, kind in SORTS)
    text = replace(rank, kind="S")
    by_text = replace(made.indexes["ByState"], sort=(text,))
    local = made.indexes["ByNote"]
    kept = {name: index for name, index in made.indexes.items() if name != "ByNote"}
    for name, other, paths in (
        ("key in another order", replace(made, sort=(state,)), ("key.sort",)),
        (
            "order of another type",
            replace(made, sort=(text,), indexes={**made.indexes, "ByState": by_text}),
            ("key.sort", "index.ByState.sort"),
        ),
        ("no local index", replace(made, indexes=kept), ("index.ByNote",)),
        (
            "local index by another attribute",
            replace(made, indexes={**kept, "ByNote": replace(local, sort=(state,))}),
            ("index.ByNote.sort",),
        ),
        (
            "local index that holds less",
            replace(made, indexes={**kept, "ByNote": replace(local, projection=frozenset())}),
            ("index.ByNote.projection",),
        ),
    ):
        yield name, (*dropped, *_made(other)), paths, True


def _made(table: TableSchema) -> Calls:
    """A table that others make, with all that requests of its own attach."""
    return (
        ("CreateTable", create_body(table)),
        ttl("due", enabled=True),
        recovery(7),
        *(insights("ENABLE", index=index) for index in ("", "ByState", "ByOwner")),
        put_policy(policy("dynamodb:GetItem")),
    )


def _provisioned() -> Iterator[tuple[str, Calls, tuple[str, ...], bool]]:
    index = "index.ByState"
    to_requests = (update(BillingMode="PAY_PER_REQUEST"),)
    yield "paid by requests", to_requests, ("billing", f"{index}.billing"), True
    yield "more units to read", (update(**units(6, 2)),), ("billing.read_units",), True
    yield "fewer units to write", (update(**units(5, 1)),), ("billing.write_units",), True
    for name, given, path in (
        ("read", units(9, 2), "read_units"),
        ("write", units(5, 9), "write_units"),
    ):
        call = update_index("ByState", **given)
        yield f"more units to {name} of an index", (call,), (f"{index}.billing.{path}",), True
    yield "stored as usual", (update(TableClass="STANDARD"),), ("table_class",), True
    yield "protected", (update(DeletionProtectionEnabled=True),), ("deletion_protection",), True
    yield "recovery", (recovery(35),), ("pitr.enabled",), True
    sse = {"Enabled": True, "SSEType": "KMS"}
    yield "keyed", (update(SSESpecification=sse),), ("encryption.type",), True
    yield "expiry that nobody declared", (ttl("rank", enabled=True),), ("ttl",), True
    yield "stream that nobody declared", (stream("KEYS_ONLY"),), ("stream",), True
    put = (put_policy(policy("dynamodb:GetItem")),)
    yield "policy that nobody declared", put, ("resource_policy",), True
    enabled = "contributor_insights.enabled"
    yield "insights that nobody wants", (insights("ENABLE"),), (enabled,), True
    watched = (insights("ENABLE", index="ByState"),)
    yield "insights of an index that nobody wants", watched, (f"{index}.{enabled}",), True


MUTATIONS = [
    *(
        Mutation(name, ON_DEMAND, calls, paths, is_kept)
        for name, calls, paths, is_kept in _on_demand()
    ),
    *(
        Mutation(name, PROVISIONED, calls, paths, is_kept)
        for name, calls, paths, is_kept in _provisioned()
    ),
]
