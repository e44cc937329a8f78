"""What AWS refuses, with its codes and texts.

Codes are those of AWS's API reference. Texts are of replies that were seen; those marked "measured"
were published by the probes of the ACK project's DynamoDB controller in October 2026.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.faults.proxy import Reply

_NAMESPACE = "com.amazonaws.dynamodb.v20120810#"


@dataclass
class Refused(Exception):
    """A request that AWS would refuse, so that it does not reach the server."""

    code: str
    message: str

    def reply(self) -> Reply:
        """As it goes to the client."""
        body = {"__type": _NAMESPACE + self.code, "message": self.message}
        return Reply(400, json.dumps(body).encode(), "REFUSED")


def in_use(what: str) -> Refused:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html"""
    text = f"Attempt to change a resource which is still in use: {what}"
    return Refused("ResourceInUseException", text)


def invalid(what: str) -> Refused:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"""
    return Refused("ValidationException", what)


def invalid_values(what: str) -> Refused:
    return invalid(f"One or more parameter values were invalid: {what}")


def not_found(what: str) -> Refused:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html"""
    return Refused("ResourceNotFoundException", f"Requested resource not found: {what}")


def table_not_found(name: str) -> Refused:
    """What the operations of backups say about a missing table.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
    """
    return Refused("TableNotFoundException", f"Table not found: {name}")


def backups_unavailable(name: str) -> Refused:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html"""
    text = f"Backups are being enabled for the table: {name}. Please retry later"
    return Refused("ContinuousBackupsUnavailableException", text)


def too_many_indexes_at_once() -> Refused:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html"""
    return Refused(
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously "
        "per table",
    )


def access_denied(action: str, arn: str) -> Refused:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    return Refused(
        "AccessDeniedException",
        f"User: arn:aws:iam::000000000000:user/test is not authorized to perform: "
        f"dynamodb:{action} on resource: {arn} because no identity-based policy allows the "
        f"dynamodb:{action} action",
    )
