"""Requests for the eye: JSON by its structure, SQL in lines that fit. The text is what is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from ...docgen.costs.asked import expected
from ...docgen.costs.prices import US_EAST_1, dollars
from ...model.description.tables import TableDescription
from ...operations.operation import Request
from ..wording import counted
from .document import ExpectedCharge, ShownRequest


def shown_request(table: TableDescription, request: Request[Any], index: str) -> ShownRequest:
    """A request as a document. index: that was asked for; the request may name a pattern's."""
    shown = request.payload.shown
    charge = None
    if shown.language == "json":
        body = json.loads(shown.text)
        index = body.get("IndexName", "")
        charge = _charge(table, request.action, body)
    return ShownRequest(
        action=request.action,
        index=index,
        language=shown.language,
        text=shown.text,
        expected=charge,
    )


def _charge(table: TableDescription, action: str, body: dict[str, Any]) -> ExpectedCharge:
    found = expected(table, action, body, US_EAST_1)
    return ExpectedCharge(
        allowed_by=found.action,
        resource=found.resource,
        items=found.items,
        item_bytes=found.item_bytes,
        read_units=found.units,
        million_usd=round(found.million, 6),
        region=US_EAST_1.region,
        priced_on=US_EAST_1.on,
    )


def _charge_lines(request: ShownRequest) -> Iterator[str]:
    charge = request.expected
    if charge is None:
        return
    items = counted(charge.items, "item")
    yield f"allowed by  {charge.allowed_by} on {charge.resource}"
    yield f"reads       ≈ {charge.read_units:g} units, if {items} of ≈ {charge.item_bytes} bytes"
    price = f"{dollars(charge.million_usd)} a million"
    yield f"costs       ≈ {price}, in {charge.region} on {charge.priced_on}"


def request_lines(request: ShownRequest, width: int) -> Iterator[str]:
    """The name of a request, and what is sent."""
    yield request.action
    if request.language == "json":
        yield from json.dumps(json.loads(request.text), indent=2, ensure_ascii=False).splitlines()
        yield from _charge_lines(request)
        return
    for line in request.text.splitlines():
        comment = "-- " if line.startswith("-- ") else ""
        yield from wrap(line, width, subsequent_indent=comment or "  ", break_long_words=False)
