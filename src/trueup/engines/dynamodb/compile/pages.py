"""Queries and scans: one page of an index or of the table, in order.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ....errors import ErrorCode, NeedsOperator
from ....expressions.condition import Condition, paths
from ....model.outside.attribute_values import to_json
from ....operations.actions import STORED, Count, Counted, Page, Position, Query, Scan, index_name
from ....operations.operation import Request
from ..codec.decoder import ItemDecoder, Items, position_attributes, read_attributes
from ..codec.values import NotDynamoDB, decode_body, from_json, reading
from ..requests.replies import plain_request
from .expressions import Parameters, projection_text
from .guards import alive_condition, narrowed
from .table import TableCompiler
from .texts import checked_text, read_texts

_KEYS = frozenset({str, int, Decimal, bytes})
_POSITIONS = _KEYS | {type(None)}


class PageQuery:
    """One page of a query or scan: the parameters of its request, and its items.

    DynamoDB refuses a filter that names key attributes of the queried index or table. Such a filter
    runs here, on the items read; the page may then be empty, as with a filter of DynamoDB's.
    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html
    """

    def __init__(self, compiler: TableCompiler, action: Query | Scan) -> None:
        self._compiler = compiler
        self.action = action
        self.attributes = position_attributes(compiler.table, action.index)
        wanted = narrowed(action.filter, alive_condition(compiler.table, action.now_epoch_s))
        own = wanted is not None and isinstance(action, Query) and self._names_keys(wanted)
        self.own_filter: Condition | None = wanted if own else None
        self._filter = None if own else wanted

    def _names_keys(self, condition: Condition) -> bool:
        index = self.action.index
        keys = index.attributes if index else self._compiler.table.key
        names = {key.attribute for key in keys}
        return any(path.segments[0] in names for path in paths(condition))

    def body(self, *, count: bool = False) -> dict[str, Any]:
        """The parameters of the request. count: ask for the number of items only."""
        action, parameters = self.action, Parameters()
        body: dict[str, Any] = {"TableName": self._compiler.name}
        if action.index is not None:
            body["IndexName"] = action.index.name
        texts = read_texts(self._compiler.rules, action, self._filter, parameters)
        body |= self._key_part(texts)
        body |= texts
        if count:
            body["Select"] = "COUNT"
        else:
            body |= self._projection(parameters)
        if action.page_size is not None:
            body["Limit"] = action.page_size
        if action.consistent:
            body["ConsistentRead"] = True
        if action.start is not None:
            pairs = zip(self.attributes, action.start, strict=True)
            body["ExclusiveStartKey"] = {attribute: to_json(value) for attribute, value in pairs}
        return {**body, **parameters.body(to_json)}

    def _key_part(self, texts: dict[str, str]) -> dict[str, Any]:
        """The parameters that select a partition in order, or a segment."""
        action = self.action
        if isinstance(action, Scan):
            if action.segments == 1:
                return {}
            return {"Segment": action.segment, "TotalSegments": action.segments}
        part: dict[str, Any] = {"KeyConditionExpression": texts["KeyConditionExpression"]}
        return part if action.ascending else {**part, "ScanIndexForward": False}

    def _projection(self, parameters: Parameters) -> dict[str, str]:
        attributes = read_attributes(self._compiler.table, self.action.index, self.action.view)
        if attributes is None:
            return {}
        if self.own_filter is not None:
            attributes |= {str(path.segments[0]) for path in paths(self.own_filter)}
        text = projection_text(attributes, parameters)
        checked_text(self._compiler.rules, "ProjectionExpression", text, self.action.table.name)
        return {"ProjectionExpression": text}

    def items(self, decoder: ItemDecoder, body: bytes) -> Items:
        """The items of the page that pass every filter."""
        if self.own_filter is None:
            return decoder.page(body)
        return decoder.filtered_page(body, self.own_filter)

    def next(self, last_key: Any) -> Position | None:
        """The start of the next page. last_key: the LastEvaluatedKey, in DynamoDB's JSON."""
        if not last_key:
            return None
        with reading():
            values = tuple(from_json(last_key[attribute]) for attribute in self.attributes)
        if not _KEYS.issuperset(map(type, values)):
            raise NotDynamoDB
        return values


def page_request(
    compiler: TableCompiler, decoder: ItemDecoder, action: Query | Scan
) -> Request[Page]:
    """The request of one page."""
    query = PageQuery(compiler, action)
    attributes = query.attributes

    def decode(body: bytes) -> Page:
        items = query.items(decoder, body)

        def position(offset: int) -> Position:
            values = items.values(offset, attributes)
            if not _POSITIONS.issuperset(map(type, values)):
                raise NeedsOperator(
                    "an attribute that is declared as a key holds what no key can be",
                    where=compiler.where,
                    code=ErrorCode.UNREADABLE_ITEM,
                    fix="compare the declaration with the table, or repair the item",
                )
            return values

        return Page(items.models, position, query.next(items.rest), items.capacity_units)

    name = type(action).__name__
    index = index_name(action)
    return plain_request(name, action.table.name, compiler.where, query.body(), decode, index=index)


def count_request(compiler: TableCompiler, action: Count) -> Request[Counted]:
    """The request that counts one page, without reading its items if possible."""
    query = PageQuery(compiler, action.of)
    name = type(action.of).__name__
    table, index = action.of.table.name, index_name(action.of)
    if query.own_filter is None:

        def decode(body: bytes) -> Counted:
            reply = decode_body(body)
            count = reply.get("Count")
            if type(count) is not int:
                raise NotDynamoDB
            return Counted(count, query.next(reply.get("LastEvaluatedKey")))

        return plain_request(
            name, table, compiler.where, query.body(count=True), decode, index=index
        )

    decoder = ItemDecoder(compiler.codec, STORED)

    def decode_items(body: bytes) -> Counted:
        items = query.items(decoder, body)
        return Counted(len(items.models), query.next(items.rest))

    return plain_request(name, table, compiler.where, query.body(), decode_items, index=index)
