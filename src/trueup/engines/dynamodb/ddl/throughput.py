"""The parameters that say what a table or an index may consume, and what it costs.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ProvisionedThroughput.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_WarmThroughput.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ....schema.facts import Between, Value, known
from ....schema.tables import IndexSchema
from .words import NO_MAXIMUM

Body = dict[str, Any]

_UNITS = ("read_units", "write_units")
_MAXIMA = ("max_read_request_units", "max_write_request_units")
PROVISIONED = "provisioned"


def mapping(fact: Value) -> Mapping[str, Value]:
    """A fact of several parts; without parts if it is absent or unknown."""
    return fact if isinstance(fact, Mapping) else {}


def billing_mode(mode: Value) -> Body:
    """BillingMode, of a declared mode."""
    return {"BillingMode": "PROVISIONED" if mode == PROVISIONED else "PAY_PER_REQUEST"}


def throughput(billing: Mapping[str, Value], mode: Value) -> Body:
    """The units of a new table or index, or its maxima if it has any. mode: of its table."""
    if mode == PROVISIONED:
        return units(billing)
    return maxima(billing) if any(billing.get(name) is not None for name in _MAXIMA) else {}


def units(billing: Mapping[str, Value], before: Value = None) -> Body:
    """ProvisionedThroughput. before: the billing in force; units that scale, and are out of their
    bounds, come to the nearest one."""
    in_force = mapping(before)
    reads, writes = (_number(billing[name], in_force.get(name)) for name in _UNITS)
    return {"ProvisionedThroughput": {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}}


def _number(units: Value, in_force: Value) -> Value:
    return units.nearest(in_force) if isinstance(units, Between) else units


def maxima(billing: Mapping[str, Value]) -> Body:
    """OnDemandThroughput; a maximum that is absent is removed."""
    reads, writes = (
        NO_MAXIMUM if known(billing.get(name)) is None else billing[name] for name in _MAXIMA
    )
    return {"OnDemandThroughput": {"MaxReadRequestUnits": reads, "MaxWriteRequestUnits": writes}}


def warm_throughput(fact: Value) -> Body:
    """WarmThroughput; nothing if it is not declared."""
    warm = mapping(fact)
    if not warm:
        return {}
    return {
        "WarmThroughput": {
            "ReadUnitsPerSecond": warm["read_units_per_second"],
            "WriteUnitsPerSecond": warm["write_units_per_second"],
        }
    }


def update_body(billing: Mapping[str, Value], before: Value) -> Body:
    """The units, or the maxima, that a billing changes to. before: the one in force."""
    return units(billing, before) if _UNITS[0] in billing else maxima(billing)


def switch_body(billing: Mapping[str, Value], indexes: Iterable[IndexSchema]) -> Body:
    """The parameters of an UpdateTable that switches the mode of billing.

    indexes: all global ones; with a switch to units, each needs its own, as many as the table.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
    """
    mode = billing.get("mode")
    body = {**billing_mode(mode), **throughput(billing, mode)}
    if mode != PROVISIONED:
        return body
    given = {index.name: index.facts.get("billing") for index in indexes}
    updates = [
        {
            "Update": {
                "IndexName": name,
                **units(own if _has_units(own := mapping(fact)) else billing),
            }
        }
        for name, fact in given.items()
    ]
    return {**body, "GlobalSecondaryIndexUpdates": updates} if updates else body


def index_update_body(name: str, throughput: Body) -> Body:
    """The parameters of an UpdateTable that changes the throughput of an index."""
    return {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": name, **throughput}}]}


def _has_units(billing: Mapping[str, Value]) -> bool:
    return isinstance(billing.get(_UNITS[0]), int | Between)
