"""Usage and bills of tenants: every key begins with the tenant, and months are summed as they go.

After AWS on multi-tenant tables:
https://docs.aws.amazon.com/whitepapers/latest/multi-tenant-saas-storage-strategies/multitenancy-on-dynamodb.html
"""

from __future__ import annotations

from typing import Any

from trueup import Database, Layer, Model, Table, at, composed

from .design import Answers, Design


class Row(Model):
    """The keys of all, and whose the item is."""

    tenant: str
    pk: str
    sk: str


class Account(Row):
    """A tenant."""

    plan: str
    pk: str = composed("TENANT#{tenant}")
    sk: str = composed("ACCOUNT#{tenant}")


class Month(Row):
    """What a tenant used of a service in a month, by day."""

    year: int
    month: int
    service: str
    units: int = 0
    by_day: dict[str, int]
    pk: str = composed("TENANT#{tenant}")
    sk: str = composed("USAGE#{year:04d}-{month:02d}#{service}")


billing = Table(
    "Billing", Row, partition="pk", sort="sk", discriminator="", entities=[Account, Month]
)
layer = Layer("billing", target="dynamodb", tables=[billing])


def ask(db: Database) -> Answers:
    """The questions of the design."""
    months = db.repository(billing, Month)
    tenant = {"tenant": "acme"}
    may = months.query(tenant, sort={"year": 2026, "month": 5})
    since = months.query(tenant, sort=(Month.year == 2026) & (Month.month >= 5))
    account = db.repository(billing).collection(tenant).first(Account)
    return {
        "a month by service": [f"{one.service} {one.units}" for one in may],
        "all since a month": [f"{one.month} {one.service}" for one in since],
        "the plan of a tenant": [account.plan if account else None],
    }


def change(db: Database) -> object:
    """Use is counted in place, whether the month has begun or not."""
    key: dict[str, Any] = {"tenant": "acme", "year": 2026, "month": 5, "service": "mail"}
    return db.repository(billing, Month).update(
        key, at(Month.units).add(3), at(Month.by_day["02"]).assign(3)
    )


def _month(month: str, service: str, units: str, by_day: dict[str, str]) -> dict[str, Any]:
    return {
        "pk": {"S": "TENANT#acme"},
        "sk": {"S": f"USAGE#2026-{month}#{service}"},
        "tenant": {"S": "acme"},
        "year": {"N": "2026"},
        "month": {"N": str(int(month))},
        "service": {"S": service},
        "units": {"N": units},
        "by_day": {"M": {day: {"N": count} for day, count in by_day.items()}},
    }


DESIGN = Design(
    layer,
    billing,
    [
        {
            "pk": {"S": "TENANT#acme"},
            "sk": {"S": "ACCOUNT#acme"},
            "tenant": {"S": "acme"},
            "plan": {"S": "team"},
        },
        _month("04", "mail", "7", {"30": "7"}),
        _month("05", "disk", "5", {"01": "5"}),
        _month("05", "mail", "2", {"01": "2"}),
        _month("06", "mail", "1", {}),
    ],
    ask,
    change,
    _month("05", "mail", "5", {"01": "2", "02": "3"}),
)
