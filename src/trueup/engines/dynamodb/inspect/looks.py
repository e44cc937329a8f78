"""Requests that look at one thing of a table, and what their replies tell.

A look that the credentials do not allow, or that the server does not implement, tells Unknown; but
for DescribeTable, whose refusal is raised: then it is not known whether there is a table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ....errors import Place
from ....operations.operation import Request
from ....schema.engine import LiveTable
from ....schema.facts import Unknown, Value
from ..codec.values import NotDynamoDB, decode_body, reading
from ..ddl.words import INSIGHTS_MODES
from ..denied import NOT_ALLOWED
from ..errors import NO_POLICY, NOT_FOUND, UNKNOWN_OPERATION, read_failure
from ..policies import canonical
from ..requests.replies import request_of, succeeded
from ..wire.http.reply import Reply
from .described import NOT_TOLD, read_live
from .parts import count_in, part_in, parts_in, text_in

R = TypeVar("R")
Read = Callable[[Mapping[str, Any]], R]

_ON = ("ENABLED", "ENABLING")


def describe_request(table: str, name: str, where: Place) -> Request[LiveTable | None]:
    """The request that describes a table; None if it does not exist."""
    action = "DescribeTable"

    def decode(reply: Reply) -> LiveTable | None:
        if reply.status != 200 and read_failure(reply).code == NOT_FOUND:
            return None
        body = decode_body(succeeded(reply, action, where))
        with reading():
            live = read_live(body["Table"])
        if live.schema.name != name.rpartition("/")[2]:  # a name may be an ARN
            raise NotDynamoDB
        return live

    return request_of(action, table, {"TableName": name}, decode)


class Looks:
    """The looks at one table. table: its logical name; resource: its ARN, or its name."""

    def __init__(self, table: str, name: str, where: Place, resource: str = "") -> None:
        self.table, self.name, self.where = table, name, where
        self.resource = resource or name

    def ttl(self) -> Request[str | Unknown | None]:
        """The attribute by which items expire; None if they do not."""
        return self._look("DescribeTimeToLive", {"TableName": self.name}, _ttl)

    def ttl_status(self) -> Request[str | Unknown]:
        """The status of the expiry: DISABLED, DISABLING, …"""
        return self._look("DescribeTimeToLive", {"TableName": self.name}, _ttl_status)

    def recovery(self) -> Request[Value]:
        """Whether the table can be restored to points in time, and how many days back."""
        return self._look("DescribeContinuousBackups", {"TableName": self.name}, _recovery)

    def insights(self, index: str = "") -> Request[Value]:
        """The contributor insights of the table, or of an index."""
        body = {"TableName": self.name, **({"IndexName": index} if index else {})}
        of = f"/index/{index}" if index else ""
        return self._look("DescribeContributorInsights", body, _insights, of=of)

    def policy(self) -> Request[str | Unknown | None]:
        """The resource policy, canonical; None if there is none."""
        arn = self.resource
        return self._look(
            "GetResourcePolicy",
            {"ResourceArn": arn},
            lambda body: canonical(part_in({"": json.loads(body["Policy"])}, ""), arn),
            absent=NO_POLICY,
        )

    def tags(self, token: str = "") -> Request[tuple[dict[str, str], str] | Unknown]:
        """A page of tags, and the token of the next page; empty after the last."""
        body = {"ResourceArn": self.resource, **({"NextToken": token} if token else {})}
        return self._look("ListTagsOfResource", body, _tags)

    def _look(
        self, action: str, body: dict[str, Any], read: Read[R], *, absent: str = "", of: str = ""
    ) -> Request[Any]:
        """A look. absent: the error code that means None. of: the rest of the ARN of an index."""

        def decode(reply: Reply) -> R | Unknown | None:
            code = "" if reply.status == 200 else read_failure(reply).code
            if code in NOT_ALLOWED:
                return Unknown(
                    f"the credentials do not allow dynamodb:{action} on {self.resource}{of}"
                )
            if code == UNKNOWN_OPERATION:
                return Unknown(f"the server does not implement {action}")
            if code and code == absent:
                return None
            found = decode_body(succeeded(reply, action, self.where))
            with reading():
                return read(found)

        return request_of(action, self.table, body, decode)


def _tags(page: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    tags = {text_in(tag, "Key"): text_in(tag, "Value") for tag in parts_in(page, "Tags")}
    return tags, text_in(page, "NextToken")


def _ttl(body: Mapping[str, Any]) -> str | None:
    described = part_in(body, "TimeToLiveDescription")
    name = text_in(described, "AttributeName")
    return name or None if _ttl_status(body) in _ON else None


def _ttl_status(body: Mapping[str, Any]) -> str:
    return text_in(part_in(body, "TimeToLiveDescription"), "TimeToLiveStatus", "DISABLED")


def _recovery(body: Mapping[str, Any]) -> Value:
    described = part_in(body, "ContinuousBackupsDescription")
    recovery = part_in(described, "PointInTimeRecoveryDescription")
    if text_in(recovery, "PointInTimeRecoveryStatus") != "ENABLED":
        return {"enabled": False}
    days = count_in(recovery, "RecoveryPeriodInDays")
    return {"enabled": True, "days": NOT_TOLD if days is None else days}


def _insights(body: Mapping[str, Any]) -> Value:
    if text_in(body, "ContributorInsightsStatus", "DISABLED") not in _ON:
        return {"enabled": False}
    names = {value: name for name, value in INSIGHTS_MODES.items()}
    mode = text_in(body, "ContributorInsightsMode")
    return {"enabled": True, "mode": names.get(mode, mode) if mode else NOT_TOLD}
