"""Facts of a declaration that only DynamoDB has."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ..._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class DynamoDB:
    """DynamoDB's own settings of a table. What is left out is the service's default.

    pitr_days: point-in-time recovery, 1 to 35 days back; 0 switches it off.
        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    deletion_protection: None follows the stage.
    encryption: the owner of the key; "customer" needs `kms_key_arn`.
    """

    billing: Literal["on_demand", "provisioned"] = "on_demand"
    read_units: int | None = None
    write_units: int | None = None
    max_read_request_units: int | None = None
    max_write_request_units: int | None = None
    table_class: Literal["standard", "infrequent_access"] = "standard"
    pitr_days: int = 35
    deletion_protection: bool | None = None
    encryption: Literal["owned", "aws_managed", "customer"] = "owned"
    kms_key_arn: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
