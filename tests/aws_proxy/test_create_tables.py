"""`create_tables` on a DynamoDB that takes its time."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.aws_proxy.looks import SLOW, Looks
from tests.aws_proxy.proxy import AwsProxy
from tests.aws_proxy.recorded import changes
from trueup import DynamoDB, ExpiresAt, Index, Layer, Model, Table, connect


class Order(Model):
    id: str
    day: datetime
    expires: ExpiresAt | None = None


ORDERS = Table(
    "orders",
    Order,
    partition="id",
    indexes=[Index("by-day", partition="day")],
    ttl="expires",
    stream="NEW_IMAGE",
    dynamodb=DynamoDB(tags={"team": "orders"}, deletion_protection=False),
)
LAYER = Layer("slow", target="dynamodb", tables=[ORDERS])
ONCE = ["CreateTable", "UpdateTimeToLive", "UpdateContinuousBackups"]
NOT_YET = ("UpdateContinuousBackups", "ContinuousBackupsUnavailableException")


@pytest.mark.parametrize("looks", [Looks(), SLOW], ids=["at once", "slow"])
def test_tables_are_made_however_long_it_takes(aws: AwsProxy, name: str, looks: Looks) -> None:
    aws.state.looks = looks
    names = name.removesuffix("orders") + "{table}"
    with connect(aws.url, LAYER, table_names=names) as db:
        db.create_tables()
        done = [action for action, _ in changes(aws.asked)]
        assert done == ONCE + [NOT_YET[0]] * looks.backups
        assert aws.refused == [NOT_YET] * looks.backups
        db.repository(ORDERS).put(Order(id="1", day=datetime.fromisoformat("2026-01-01T00:00Z")))
        aws.forget()
        db.create_tables()
    assert changes(aws.asked) == []
    assert aws.refused == []
