"""The key that AWS manages for DynamoDB, which KMS knows; the tests' server has no KMS.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
"""

from __future__ import annotations

import json

from tests.aws_proxy.call import Call
from tests.aws_proxy.state import Handler, State
from tests.aws_proxy.table import AWS_MANAGED_KEY
from tests.faults.proxy import Reply


def describe(_state: State, call: Call) -> Reply:
    """A key, which AWS manages or the customer does."""
    given = call.parameters.get("KeyId", "")
    manager = "AWS" if given.endswith(AWS_MANAGED_KEY) else "CUSTOMER"
    described = {"Arn": given, "KeyId": given.rpartition("/")[2], "KeyManager": manager}
    return Reply(200, json.dumps({"KeyMetadata": described}).encode(), "KEY")


HANDLERS: dict[str, Handler] = {"DescribeKey": describe}
