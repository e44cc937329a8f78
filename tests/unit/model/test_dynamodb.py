"""Settings that DynamoDB would refuse, or that would do nothing, are refused by the layer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.model.declared import model_with, problems_of
from trueup import DynamoDB, Scaling

RANGE = Scaling(least=2, most=9)
UNITS = {"billing": "provisioned", "read_units": 1, "write_units": 1}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"billing": "provisioned"}, "billing='provisioned' needs read_units and write_units"),
        (
            {"billing": "provisioned", "read_units": 1},
            "billing='provisioned' needs read_units and write_units",
        ),
        (
            {
                "billing": "provisioned",
                "read_units": 1,
                "write_units": 1,
                "max_write_request_units": 5,
            },
            "max_write_request_units has no effect with billing='provisioned'",
        ),
        ({"read_units": 1}, "read_units has no effect with billing='on_demand'"),
        ({"write_units": 1}, "write_units has no effect with billing='on_demand'"),
        ({"max_read_request_units": 0}, "max_read_request_units=0 is less than 1"),
        (
            {"warm_read_units_per_second": 1},
            "warm_read_units_per_second and warm_write_units_per_second need each other",
        ),
        (
            {"warm_read_units_per_second": 0, "warm_write_units_per_second": 1},
            "warm_read_units_per_second=0 is less than 1",
        ),
        ({"resource_policy": {"Version": "2012-10-17"}}, "resource_policy has no Statement"),
        ({"resource_policy": {"Statement": {1}}}, "resource_policy is not JSON"),
        (
            {"resource_policy": {"Statement": "x" * 21_000}},
            "resource_policy is larger than 20480 bytes",
        ),
        ({"pitr_days": 36}, "pitr_days=36 is not 1 to 35 days, or 0 for off"),
        ({"pitr_days": -1}, "pitr_days=-1 is not 1 to 35 days, or 0 for off"),
        ({"scaling": RANGE}, "scaling has no effect with billing='on_demand'"),
        ({"write_scaling": RANGE}, "write_scaling has no effect with billing='on_demand'"),
        (
            {**UNITS, "scaling": Scaling(least=9, most=8)},
            "scaling from least=9 to most=8 is no range from 1 up",
        ),
        ({**UNITS, "scaling": Scaling(least=0, most=8)}, "scaling from least=0 to most=8"),
        ({**UNITS, "write_scaling": RANGE}, "write_units=1 is not within its scaling, 2 to 9"),
        (
            {**UNITS, "write_scaling": Scaling(least=1, most=9, target_percent=91)},
            "target_percent=91 is not 20 to 90",
        ),
        ({**UNITS, "scaling": Scaling(least="1", most=9)}, "least"),  # type: ignore[arg-type]  # it is wrong
        ({"encryption": "customer"}, "encryption='customer' needs kms_key_arn"),
        ({"kms_key_arn": "arn"}, "kms_key_arn has no effect with encryption='owned'"),
        ({"tags": {"": "x"}}, "the tag '' is not 1 to 128 characters"),
        ({"tags": {"a": "x" * 257}}, "with a value of at most 256"),
        ({"tags": {"a?": "x"}}, "the tag 'a?' has other characters than letters, digits"),
        ({"tags": {"a": "x;y"}}, "the tag 'a' has other characters than letters, digits"),
        ({"tags": {"aws:x": "y"}}, "the tag 'aws:x' begins with aws:, which is reserved"),
        ({"tags": {str(n): "" for n in range(51)}}, "there are 51 tags; DynamoDB takes at most 50"),
    ],
)
def test_setting_that_means_nothing_is_named(settings: dict[str, Any], problem: str) -> None:
    found = problems_of(model_with(int), dynamodb=DynamoDB(**settings))
    assert [one for one in found if one.startswith("dynamodb: ") and problem in one] == found


@pytest.mark.parametrize(
    "settings",
    [
        {"billing": "provisioned", "read_units": 1, "write_units": 1},
        {"max_read_request_units": 1},
        {"pitr_days": 0},
        {"pitr_days": 1},
        {"encryption": "customer", "kms_key_arn": "arn"},
        {"warm_read_units_per_second": 1, "warm_write_units_per_second": 1},
        {"contributor_insights": "off", "resource_policy": {}},
        {"resource_policy": {"Statement": [{"Effect": "Allow"}]}},
        {"deletion_protection": True, "tags": {"team": "shop", "a b/ö@1+2=3.4_5:6-7": ""}},
    ],
)
def test_setting_that_dynamodb_takes_is_no_problem(settings: dict[str, Any]) -> None:
    assert problems_of(model_with(int), dynamodb=DynamoDB(**settings)) == []
