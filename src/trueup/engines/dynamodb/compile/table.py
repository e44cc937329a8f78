"""Actions on one table as the parameters of requests."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ....errors import Place
from ....expressions.values import Item
from ....model.description.tables import TableDescription
from ....model.outside.attribute_values import JsonItem, item_to_json, to_json
from ....model.translation.codec import TableCodec
from ....operations.actions import Check, Delete, Get, Key, Put, View, Write
from ....operations.engine import Rules
from ....operations.plans.item_checks import check_item, check_texts
from ..codec.decoder import read_attributes
from ..codec.values import embedded, encode_body, from_json
from .expressions import Parameters, projection_text
from .texts import checked_text, write_texts


class TableCompiler:
    """Builds request bodies for one table. name: its physical name."""

    def __init__(self, table: TableDescription, name: str, rules: Rules) -> None:
        self.table = table
        self.name = name
        self.rules = rules
        self.codec = TableCodec(table)
        self.where = Place.of_table(rules.engine, table.name, name)
        self._key = tuple(key.attribute for key in table.key)

    def key(self, key: Key) -> JsonItem:
        """A primary key."""
        return item_to_json(dict(zip(self._key, key, strict=True)))

    def key_of(self, item: Mapping[str, Any]) -> Key:
        """The primary key of an item, or of a key, in DynamoDB's JSON."""
        return tuple(from_json(item[attribute]) for attribute in self._key)

    def item(self, item: Item) -> bytes:
        """A whole item, as JSON.

        Raises InvalidCall if the item is too large or too deep for DynamoDB, or has invalid text.
        """
        try:
            encoded = encode_body(item_to_json(item))
        except (ValueError, RecursionError):
            check_texts(self.rules, self.table, item)
            check_item(self.rules, self.table, item, length=0, levels=sys.maxsize, unnamed=True)
            raise
        # DynamoDB's JSON opens a map for each value, so lists need not be counted.
        levels = encoded.count(b"{")
        unnamed = b'"":' in encoded
        length = len(encoded)
        check_item(self.rules, self.table, item, length=length, levels=levels, unnamed=unnamed)
        return encoded

    def get(self, action: Get) -> dict[str, Any]:
        """The parameters of a GetItem, or of a Get of TransactGetItems."""
        body: dict[str, Any] = {"TableName": self.name, "Key": self.key(action.key)}
        return body if action.view.attributes is None else {**body, **self.projection(action.view)}

    def projection(self, view: View) -> dict[str, Any]:
        """The ProjectionExpression for a view of the table."""
        attributes = read_attributes(self.table, None, view)
        if attributes is None:
            return {}
        parameters = Parameters()
        text = projection_text(attributes, parameters)
        checked_text(self.rules, "ProjectionExpression", text, self.table.name)
        return {"ProjectionExpression": text, **parameters.body(to_json)}

    def write(self, action: Write | Check) -> dict[str, Any]:
        """The parameters of PutItem, UpdateItem, DeleteItem, or an action of TransactWriteItems.

        A false condition returns the stored item, which tells why it was false.
        """
        parameters = Parameters()
        texts = write_texts(self.rules, action, parameters)
        body: dict[str, Any] = {"TableName": self.name, **self._subject(action), **texts}
        if "ConditionExpression" in texts:
            body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return {**body, **parameters.body(to_json)}

    def _subject(self, action: Write | Check) -> dict[str, Any]:
        if isinstance(action, Put):
            return {"Item": embedded(self.item(action.item))}
        return {"Key": self.key(action.key)}

    def batch_entry(self, write: Put | Delete) -> bytes:
        """One write of a BatchWriteItem, as JSON."""
        if isinstance(write, Put):
            return b'{"PutRequest":{"Item":%b}}' % self.item(write.item)
        return encode_body({"DeleteRequest": {"Key": self.key(write.key)}})

    def batch_get(self, keys: Sequence[Key], view: View, consistent: bool) -> dict[str, Any]:
        """The part of a BatchGetItem for this table."""
        body: dict[str, Any] = {"Keys": [self.key(key) for key in keys]}
        if consistent:
            body["ConsistentRead"] = True
        return {**body, **self.projection(view)}
