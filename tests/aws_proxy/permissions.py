"""What a request needs to be permitted.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.aws_proxy.call import Call, table_of

_OF_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "ConditionCheck": "ConditionCheckItem",
}


def actions_of(call: Call) -> Iterator[tuple[str, str]]:
    """The actions, each with its table. A transaction has those of its parts, no other."""
    if not call.target.startswith("Transact"):
        yield call.target, call.table
        return
    for part in call.parameters.get("TransactItems") or ():
        for kind, body in part.items():
            yield _OF_TRANSACTION[kind], table_of(body["TableName"])
