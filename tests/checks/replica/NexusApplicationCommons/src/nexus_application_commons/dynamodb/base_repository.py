"""Generic access to a table, for the services."""

from typing import Any, Generic, TypeVar

import boto3
from boto3.dynamodb.conditions import Key
from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


class BaseRepository(Generic[T]):
    def __init__(self, table_name: str, model: type[T], dynamodb: Any = None) -> None:
        self.table_name = table_name
        self.model = model
        self.dynamodb = dynamodb or boto3.resource("dynamodb")
        self.table = self.dynamodb.Table(table_name)

    def get(self, key: dict[str, Any]) -> T | None:
        response = self.table.get_item(Key=key)
        item = response.get("Item")
        return self.model(**item) if item else None

    def put(self, item: T) -> T:
        self.table.put_item(Item=item.model_dump())
        return item

    def update(self, key: dict[str, Any], updates: dict[str, Any]) -> dict[str, Any]:
        names = {f"#f{position}": name for position, name in enumerate(updates)}
        values = {f":v{position}": value for position, value in enumerate(updates.values())}
        changes = ", ".join(f"#f{position} = :v{position}" for position in range(len(updates)))
        response = self.table.update_item(
            Key=key,
            UpdateExpression="SET " + changes,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
        )
        return response["Attributes"]

    def delete(self, key: dict[str, Any]) -> None:
        self.table.delete_item(Key=key)

    def query(self, attribute: str, value: str, limit: int = 100) -> list[T]:
        response = self.table.query(KeyConditionExpression=Key(attribute).eq(value), Limit=limit)
        return [self.model(**item) for item in response["Items"]]

    def query_index(self, index: str, attribute: str, value: str, limit: int = 100) -> list[T]:
        response = self.table.query(
            IndexName=index, KeyConditionExpression=Key(attribute).eq(value), Limit=limit
        )
        return [self.model(**item) for item in response["Items"]]

    def batch_write(self, items: list[T]) -> None:
        with self.table.batch_writer() as batch:
            for item in items:
                batch.put_item(Item=item.model_dump())
