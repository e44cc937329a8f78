"""What each command asks of DynamoDB, in the words of policies, and on which resources.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

from collections.abc import Iterable

from ..._dataclass import dataclass

_READ = (
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeContributorInsights",
    "dynamodb:ListTagsOfResource",
    "dynamodb:GetResourcePolicy",
)
_READ_INDEX = ("dynamodb:DescribeContributorInsights",)
_CHANGE = (
    "dynamodb:CreateTable",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateTimeToLive",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateContributorInsights",
    "dynamodb:TagResource",
    "dynamodb:UntagResource",
    "dynamodb:PutResourcePolicy",
    "dynamodb:DeleteResourcePolicy",
)
_DROP = (
    "dynamodb:DeleteTable",
    "dynamodb:CreateBackup",
)
_STATE = (
    "dynamodb:DescribeTable",
    "dynamodb:CreateTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:Query",
)


@dataclass(frozen=True, slots=True)
class Need:
    """The actions that a command needs on tables, on their indexes, on the state table, and those
    that no policy allows for single tables."""

    command: str
    on_tables: tuple[str, ...] = ()
    on_indexes: tuple[str, ...] = ()
    on_state: tuple[str, ...] = ()
    on_all: tuple[str, ...] = ()


NEEDS = (
    Need("query", ("dynamodb:GetItem", "dynamodb:Query"), on_indexes=("dynamodb:Query",)),
    Need("query --scan", ("dynamodb:Scan",)),
    Need("seed", ("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem")),
    Need("plan", _READ, _READ_INDEX, on_state=("dynamodb:Query",)),
    Need("diff, verify", _READ, _READ_INDEX),
    Need("adopt", _READ, _READ_INDEX, on_all=("dynamodb:ListTables",)),
    Need("adopt --sample", ("dynamodb:Scan",)),
    Need("adopt --own", _READ, _READ_INDEX, on_state=_STATE),
    Need(
        "apply",
        (*_READ, *_CHANGE),
        (*_READ_INDEX, "dynamodb:UpdateContributorInsights"),
        on_state=_STATE,
    ),
    Need("apply that drops", _DROP, on_all=("dynamodb:ListBackups",)),
)


def table_arn(account_arn: str, region: str, table: str) -> str:
    """The ARN of a table in the account and the partition of another ARN."""
    _, partition, _, _, account, *_ = account_arn.split(":")
    return f"arn:{partition}:dynamodb:{region}:{account}:table/{table}"


def is_root(arn: str) -> bool:
    """Whether the caller is an account's root user, whom no policy of the account limits."""
    return arn.endswith(":root")


def policy_source(arn: str) -> str:
    """Whose policies decide for a caller: of an assumed role, the role; empty if nobody's.

    A role's path is no part of the ARN of its sessions, so that a role with a path is not found.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    prefix, partition, service, _, account, resource = arn.split(":", 5)
    kind, _, rest = resource.partition("/")
    if kind == "assumed-role":
        return f"{prefix}:{partition}:iam::{account}:role/{rest.partition('/')[0]}"
    return arn if service == "iam" and kind in ("user", "role") else ""


def missing(denied: Iterable[tuple[str, str]]) -> str:
    """Denied actions by resource, for one line: `dynamodb:Query on table/Orders`."""
    by_resource: dict[str, list[str]] = {}
    for action, arn in denied:
        by_resource.setdefault(arn.rpartition(":")[2], []).append(action)
    return "; ".join(f"{', '.join(actions)} on {name}" for name, actions in by_resource.items())
