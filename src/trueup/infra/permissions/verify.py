"""The policy of who verifies: it reads what is said of tables, and no item.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...engines.dynamodb.permissions import NEEDS
from ..values import ARNS, PLACE, Property
from .functions import Deployed
from .statements import Statement, document, together
from .tables import described_key, table_arn

_NEED = next(need for need in NEEDS if need.command == "diff, verify")
_TABLE = frozenset({*_NEED.on_tables, "dynamodb:DescribeKinesisStreamingDestination"})
_INDEX = frozenset(_NEED.on_indexes)
_UNNAMED = frozenset(
    {
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "lambda:ListEventSourceMappings",
    }
)
"""What can be asked of no single resource."""


def verify_policy(deployed: Deployed) -> Mapping[str, Property]:
    """All that `trueup verify` and `trueup check` look at, of the layer's tables and around."""
    return document(together(_statements(deployed)))


def _statements(deployed: Deployed) -> Iterator[Statement]:
    layer = deployed.layer
    tables = sorted(layer.tables, key=lambda one: one.name) if layer.target == "dynamodb" else ()
    described = [layer.describe(table) for table in tables]
    for table in described:
        yield Statement(table_arn(deployed.names[table.name]), _TABLE)
        for index in sorted(table.indexes):
            yield Statement(table_arn(deployed.names[table.name], index), _INDEX)
    yield from described_key(described)
    alarms = frozenset({"cloudwatch:DescribeAlarms"})
    yield Statement(f"{ARNS}:cloudwatch:{PLACE}:alarm:*", alarms)
    for part in ("restapis", "usageplans"):
        arn = f"{ARNS}:apigateway:${{AWS::Region}}::/{part}/*"
        yield Statement(arn, frozenset({"apigateway:GET"}))
    yield Statement("*", _UNNAMED)
