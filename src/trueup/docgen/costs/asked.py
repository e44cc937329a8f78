"""Asked: what one request that reads is expected to be charged, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._dataclass import dataclass
from ...model.description.tables import TableDescription
from .charges import USUAL_ITEMS
from .prices import Prices
from .sizes import index_bytes, item_bytes
from .units import read_units

PAGE_BYTES = 1024 * 1024
"""What a request reads at most.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html"""


@dataclass(frozen=True, slots=True)
class Expected:
    """A request of the API that reads.

    action: of IAM. resource: its end, `table/Orders/index/ByDay`. items: that it is taken to read.
    item_bytes: of each, estimated. units: of all. million: in US dollars, on demand.
    """

    action: str
    resource: str
    items: int
    item_bytes: int
    units: float
    million: float


def expected(
    table: TableDescription, action: str, body: Mapping[str, Any], prices: Prices
) -> Expected:
    """What a request is charged. action: GetItem, Query or Scan. body: as it is sent.

    A query without a limit is taken to read 25 items, a scan a whole page.
    """
    name = body.get("IndexName", "")
    index = table.index(name or None)
    size = item_bytes(table)
    each = index_bytes(table, index, size) if index else size
    usual = {"GetItem": 1, "Scan": PAGE_BYTES // each}.get(action, USUAL_ITEMS)
    items = int(body.get("Limit", usual))
    units = read_units(items * each, consistent=bool(body.get("ConsistentRead")))
    is_standard = table.dynamodb.table_class == "standard"
    of_class = prices.standard if is_standard else prices.infrequent_access
    return Expected(
        action=f"dynamodb:{action}",
        resource=f"table/{body['TableName']}" + (f"/index/{name}" if name else ""),
        items=items,
        item_bytes=each,
        units=units,
        million=units * of_class.million_read_units,
    )
