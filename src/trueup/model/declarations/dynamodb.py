"""Facts of a declaration that only DynamoDB has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal

from ..._dataclass import dataclass
from .scaling import Scaling

Billing = Literal["on_demand", "provisioned"]
TableClass = Literal["standard", "infrequent_access"]
Encryption = Literal["owned", "aws_managed", "customer"]
Removal = Literal["keep", "drop"]
ContributorInsights = Literal["off", "throttled_keys", "accessed_and_throttled_keys"]

MOST_PITR_DAYS = 35
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html"""

MOST_TAGS = 50
LONGEST_TAG_NAME = 128
LONGEST_TAG_VALUE = 256
_TAG = re.compile(r"[\w\s+\-=.:/@]*")
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html"""

LARGEST_POLICY_BYTES = 20 * 1024
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html"""


@dataclass(frozen=True, slots=True)
class DynamoDB:
    """DynamoDB's own settings of a table. None, where it is the default, is not managed: whatever
    the table has is right. Kinesis destinations and global tables cannot be declared.

    billing: "on_demand" pays by request; "provisioned" pays by `read_units` and `write_units`, and
        needs both. Each global index has as many units as the table.
    scaling: lets provisioned units follow the load, reads and writes each, of the table and of each
        global index: AWS Application Auto Scaling does, once a template has told it. `read_units`
        and `write_units` are then those of a new table. write_scaling: of writes, if it differs.
        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
    max_read_request_units, max_write_request_units: the units that on-demand requests may consume
        per second, for the table and for each global index; None is no maximum.
    warm_read_units_per_second, warm_write_units_per_second: what the table and each global index
        take at once, or more; DynamoDB raises it by itself, and never lowers it.
        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
    table_class: "infrequent_access" makes storage cheaper, and reads and writes dearer.
    pitr_days: the days back to which the table can be restored at any point in time, 1 to 35;
        0 is off.
        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    deletion_protection: whether dropping the table is refused; None is what the stage says, and off
        for `create_tables`, which knows no stages.
    removal: what becomes of the table when a template no longer has it, or its stack goes; None
        keeps it if it is protected, by this declaration or by its stage.
        Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    encryption: the owner of the key; "customer" needs `kms_key_arn`.
    kms_key_arn: the key's ARN or id, or the name or ARN of an alias.
    contributor_insights: the keys of the table and of each global index that CloudWatch shows.
        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
    resource_policy: who else may use the table, as an IAM policy; `{}` is none. A statement without
        `Resource` is about the table and its indexes.
        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
    former_ttl: the attribute by which items expired, of a table that has no `ttl` any more. A
        template then switches it off, since one that does not name it leaves it on. `apply` and
        `verify` need no telling: they see what is live.
        Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-timetolivespecification.html
    tags: names and values, for costs and permissions; other tags of the table are left alone.
    """

    billing: Billing = "on_demand"
    read_units: int | None = None
    write_units: int | None = None
    max_read_request_units: int | None = None
    max_write_request_units: int | None = None
    table_class: TableClass = "standard"
    pitr_days: int = MOST_PITR_DAYS
    deletion_protection: bool | None = None
    removal: Removal | None = None
    encryption: Encryption = "owned"
    kms_key_arn: str | None = None
    warm_read_units_per_second: int | None = None
    warm_write_units_per_second: int | None = None
    contributor_insights: ContributorInsights | None = None
    resource_policy: Mapping[str, object] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    former_ttl: str = ""
    scaling: Scaling | None = None
    write_scaling: Scaling | None = None

    def problems(self) -> Iterator[str]:
        """Settings that DynamoDB would refuse, or that would have no effect."""
        yield from self._unit_problems()
        yield from self._scaling_problems()
        if not 0 <= self.pitr_days <= MOST_PITR_DAYS:
            yield f"pitr_days={self.pitr_days} is not 1 to {MOST_PITR_DAYS} days, or 0 for off"
        if self.encryption == "customer" and not self.kms_key_arn:
            yield "encryption='customer' needs kms_key_arn"
        if self.encryption != "customer" and self.kms_key_arn:
            yield f"kms_key_arn has no effect with encryption={self.encryption!r}"
        yield from self._policy_problems()
        yield from self._tag_problems()

    def _unit_problems(self) -> Iterator[str]:
        units = ("read_units", "write_units")
        maxima = ("max_read_request_units", "max_write_request_units")
        warm = ("warm_read_units_per_second", "warm_write_units_per_second")
        is_provisioned = self.billing == "provisioned"
        if is_provisioned and None in (self.read_units, self.write_units):
            yield "billing='provisioned' needs read_units and write_units"
        for name in maxima if is_provisioned else units:
            if getattr(self, name) is not None:
                yield f"{name} has no effect with billing={self.billing!r}"
        if (getattr(self, warm[0]) is None) != (getattr(self, warm[1]) is None):
            yield f"{warm[0]} and {warm[1]} need each other"
        for name in (*units, *maxima, *warm):
            value = getattr(self, name)
            if value is not None and value < 1:
                yield f"{name}={value} is less than 1"

    def scalings(self) -> Iterator[tuple[str, Scaling]]:
        """What scales: "read" and "write", each with its bounds."""
        if self.scaling is not None:
            yield "read", self.scaling
        both = self.write_scaling or self.scaling
        if both is not None:
            yield "write", both

    def _scaling_problems(self) -> Iterator[str]:
        for direction, scaling in self.scalings():
            name = f"{direction}_units"
            yield from scaling.problems(name, getattr(self, name))
        if self.billing != "provisioned":
            for name in ("scaling", "write_scaling"):
                if getattr(self, name) is not None:
                    yield f"{name} has no effect with billing={self.billing!r}"

    def _policy_problems(self) -> Iterator[str]:
        if not self.resource_policy:
            return
        if "Statement" not in self.resource_policy:
            yield "resource_policy has no Statement"
        try:
            text = json.dumps(dict(self.resource_policy), allow_nan=False)
        except (TypeError, ValueError):
            yield "resource_policy is not JSON: texts, numbers, booleans, lists and dicts"
            return
        if len(text.encode()) > LARGEST_POLICY_BYTES:
            yield f"resource_policy is larger than {LARGEST_POLICY_BYTES} bytes"

    def _tag_problems(self) -> Iterator[str]:
        if len(self.tags) > MOST_TAGS:
            yield f"there are {len(self.tags)} tags; DynamoDB takes at most {MOST_TAGS}"
        for name, value in self.tags.items():
            if not 1 <= len(name) <= LONGEST_TAG_NAME or len(value) > LONGEST_TAG_VALUE:
                yield (
                    f"the tag {name!r} is not 1 to {LONGEST_TAG_NAME} characters with a value of "
                    f"at most {LONGEST_TAG_VALUE}"
                )
            if not _TAG.fullmatch(name) or not _TAG.fullmatch(value):
                yield (
                    f"the tag {name!r} has other characters than letters, digits, spaces and "
                    "+ - = . _ : / @"
                )
            if name.lower().startswith("aws:"):
                yield f"the tag {name!r} begins with aws:, which is reserved"
