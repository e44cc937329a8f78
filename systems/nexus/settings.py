"""What every table has on DynamoDB: who pays for it, and which accounts may read it.

Both differ from deployment to deployment, so the environment says them: `NEXUS_STAGE`, and
`NEXUS_READERS`, the accounts that may read, with commas between them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from trueup import DynamoDB

READS = ("BatchGetItem", "ConditionCheckItem", "DescribeTable", "GetItem", "Query", "Scan")


def settings(environ: Mapping[str, str]) -> DynamoDB:
    """The settings of a table: paid by request, restorable, encrypted by DynamoDB, with the tags of
    the team. Whether it is protected against being dropped is what the stage says."""
    readers = environ.get("NEXUS_READERS", "")
    return DynamoDB(
        resource_policy=readable_by(*readers.split(",")) if readers else None,
        tags={
            "Service": "nexus",
            "Team": "compliance",
            "Stage": environ.get("NEXUS_STAGE", "beta"),
            "CostCenter": "compliance-mapping",
            "Owner": "compliance@example.com",
        },
    )


def readable_by(*accounts: str) -> dict[str, object]:
    """A policy by which other accounts may read a table and its indexes."""
    statement = {
        "Sid": "ReadByOtherAccounts",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{account.strip()}:root" for account in accounts]},
        "Action": [f"dynamodb:{action}" for action in READS],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


SETTINGS = settings(os.environ)
