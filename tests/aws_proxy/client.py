"""A client that sends one request, and reads one reply."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tests.aws_proxy.call import Json


@dataclass(frozen=True, slots=True)
class Client:
    """A client of a proxy, or of its server. api: the prefix of its actions."""

    port: int
    api: str = "DynamoDB_20120810"

    def raw(self, action: str, **parameters: object) -> tuple[int, bytes]:
        """Status and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"X-Amz-Target": f"{self.api}.{action}"}
        headers["Content-Type"] = "application/x-amz-json-1.0"
        try:
            connection.request("POST", "/", json.dumps(parameters).encode(), headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def do(self, action: str, **parameters: object) -> Json:
        """What it says; it must agree."""
        status, body = self.raw(action, **parameters)
        assert status == 200, body
        said: Json = json.loads(body)
        return said

    def refusal(self, action: str, **parameters: object) -> tuple[str, str]:
        """Code and text of its refusal."""
        status, body = self.raw(action, **parameters)
        assert status == 400, body
        said = json.loads(body)
        return said["__type"].rpartition("#")[2], said.get("message") or said.get("Message")

    def code(self, action: str, **parameters: object) -> str:
        """The code of its refusal."""
        return self.refusal(action, **parameters)[0]

    def create(self, name: str, **parameters: object) -> Json:
        """Create a table with the key `a`."""
        definitions = [{"AttributeName": "a", "AttributeType": "S"}]
        given: dict[str, Any] = {
            "AttributeDefinitions": definitions,
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
        created: Json = self.do("CreateTable", TableName=name, **(given | parameters))[
            "TableDescription"
        ]
        return created

    def table(self, name: str) -> Json:
        """The table as it is described."""
        described: Json = self.do("DescribeTable", TableName=name)["Table"]
        return described

    def add_index(self, name: str, index: str) -> Json:
        """Begin to create an index on `b`."""
        return self.do("UpdateTable", **adding(name, index))


def adding(name: str, *indexes: str) -> Json:
    """The parameters of an UpdateTable that creates indexes on `b`."""
    attributes = [{"AttributeName": x, "AttributeType": "S"} for x in "ab"]
    updates = [{"Create": index_on_b(index)} for index in indexes]
    return {
        "TableName": name,
        "AttributeDefinitions": attributes,
        "GlobalSecondaryIndexUpdates": updates,
    }


def dropping(name: str, index: str) -> Json:
    """The parameters of an UpdateTable that deletes an index."""
    updates = [{"Delete": {"IndexName": index}}]
    return {"TableName": name, "GlobalSecondaryIndexUpdates": updates}


def index_on_b(name: str) -> Json:
    """The definition of an index."""
    key = [{"AttributeName": "b", "KeyType": "HASH"}]
    return {"IndexName": name, "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
