"""What a request needs to be permitted.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.aws_proxy.call import named_table, table_of
from tests.faults.proxy import Asked

_OF_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "ConditionCheck": "ConditionCheckItem",
}


def actions_of(asked: Asked) -> Iterator[tuple[str, str]]:
    """The actions, each with its table. A transaction has those of its parts, no other."""
    given = asked.parameters
    if asked.target.startswith("Batch"):
        for name in given.get("RequestItems") or ():
            yield asked.target, table_of(name)
    elif asked.target.startswith("Transact"):
        for part in given.get("TransactItems") or ():
            for kind, body in part.items():
                yield _OF_TRANSACTION[kind], table_of(body["TableName"])
    else:
        yield asked.target, named_table(given)
