"""A layer in its versions, and what its tables hold before a change."""

from __future__ import annotations

from trueup import DynamoDB, ExpiresAt, Index, Layer, Model, Table


class Order(Model):
    id: str
    customer: str
    status: str
    day: str
    total: int
    gone_at: ExpiresAt | None = None


class LaterOrder(Model):
    """An order as the next version knows it, which expires by another attribute."""

    id: str
    customer: str
    status: str
    day: str
    total: int
    ends_at: ExpiresAt | None = None


class PlainOrder(Model):
    """An order that does not expire."""

    id: str
    customer: str
    status: str
    day: str
    total: int


class Note(Model):
    id: str
    text: str


BY_CUSTOMER = Index("by-customer", partition="customer", sort="day")
BY_STATUS = Index("by-status", partition="status")
BY_DAY = Index("by-day", partition="day", sort="total")
BY_TOTAL = Index("by-total", partition="total")

FIRST = Layer(
    "shop",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            Order,
            partition="id",
            indexes=[BY_CUSTOMER, BY_STATUS],
            ttl="gone_at",
            stream="KEYS_ONLY",
            dynamodb=DynamoDB(tags={"team": "orders"}, deletion_protection=False),
        ),
        Table("notes", Note, partition="id", dynamodb=DynamoDB(deletion_protection=False)),
    ],
)
"""What there is."""

SECOND = Layer(
    "shop",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            Order,
            partition="id",
            indexes=[BY_CUSTOMER, BY_DAY, BY_TOTAL],
            ttl="gone_at",
            stream="NEW_IMAGE",
            dynamodb=DynamoDB(
                tags={"team": "shop", "cost": "1"},
                deletion_protection=True,
                table_class="infrequent_access",
                encryption="aws_managed",
            ),
        ),
        Table(
            "notes",
            Note,
            partition="id",
            dynamodb=DynamoDB(
                billing="provisioned", read_units=5, write_units=5, deletion_protection=False
            ),
        ),
        Table("tags", Note, partition="id", dynamodb=DynamoDB(deletion_protection=False)),
    ],
)
"""What is wanted: every kind of change that loses no item, but one of the expiry."""

OTHER_EXPIRY = Layer(
    "shop",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            LaterOrder,
            partition="id",
            indexes=[BY_CUSTOMER, BY_STATUS],
            ttl="ends_at",
            stream="KEYS_ONLY",
            dynamodb=DynamoDB(tags={"team": "orders"}, deletion_protection=False),
        ),
        FIRST.tables[1],
    ],
)
"""The first version with another expiry."""

ONE_INDEX_MORE = Layer(
    "shop",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            Order,
            partition="id",
            indexes=[BY_CUSTOMER, BY_STATUS, BY_DAY],
            ttl="gone_at",
            stream="KEYS_ONLY",
            dynamodb=DynamoDB(tags={"team": "orders"}, deletion_protection=False),
        ),
        FIRST.tables[1],
    ],
)
"""The first version with an index more."""

NO_EXPIRY = Layer(
    "shop",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            PlainOrder,
            partition="id",
            indexes=[BY_CUSTOMER, BY_STATUS],
            stream="KEYS_ONLY",
            dynamodb=DynamoDB(tags={"team": "orders"}, deletion_protection=False),
        ),
        FIRST.tables[1],
    ],
)
"""The first version without an expiry."""

OTHER_INDEX = Layer(
    "shop",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            Order,
            partition="id",
            indexes=[Index("by-customer", partition="customer", sort="total"), BY_STATUS],
            ttl="gone_at",
            stream="KEYS_ONLY",
            dynamodb=DynamoDB(tags={"team": "orders"}, deletion_protection=False),
        ),
        FIRST.tables[1],
    ],
)
"""The first version with another key of an index."""

OTHER_KEY = Layer(
    "shop",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            PlainOrder,
            partition="customer",
            sort="id",
            dynamodb=DynamoDB(deletion_protection=False),
        ),
        FIRST.tables[1],
    ],
)
"""The first version with another key of the table that has items."""

WITHOUT_ORDERS = Layer("shop", target="dynamodb", tables=[FIRST.tables[1]])
"""The first version without the table that has items."""

VERSIONS = {
    "first": FIRST,
    "second": SECOND,
    "other expiry": OTHER_EXPIRY,
    "no expiry": NO_EXPIRY,
    "other key": OTHER_KEY,
    "other index": OTHER_INDEX,
    "without orders": WITHOUT_ORDERS,
    "one index more": ONE_INDEX_MORE,
}
