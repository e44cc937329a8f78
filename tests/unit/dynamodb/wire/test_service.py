"""Services other than DynamoDB: their names and endpoints."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.session import Session

from tests.unit.dynamodb.wire.services import SERVICES
from trueup.engines.dynamodb.wire.aws.configuration import Options, read_settings
from trueup.engines.dynamodb.wire.aws.endpoint import (
    parse_endpoint,
    resolve_common_endpoint,
    resolve_endpoint,
)
from trueup.engines.dynamodb.wire.aws.sdk import resolve_by_rules
from trueup.engines.dynamodb.wire.aws.service import DYNAMODB, Service

NOWHERE = {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}
EACH = pytest.mark.parametrize("service", SERVICES, ids=[service.name for service in SERVICES])


@EACH
def test_names_are_those_of_botocores_model(service: Service) -> None:
    model = Session().get_service_model(service.model)
    assert service.name == model.service_id.hyphenize()
    assert (service.host, service.scope) == (model.endpoint_prefix, model.signing_name)
    assert service.target == model.metadata.get("targetPrefix", "")
    assert service.json_version == model.metadata.get("jsonVersion", "")
    assert ("query" in model.metadata["protocols"]) or service.json_version


@EACH
@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1"])
@pytest.mark.parametrize("use_fips", [False, True])
def test_every_endpoint_is_that_of_botocores_rules(
    service: Service, region: str, use_fips: bool
) -> None:
    plain = read_settings(Options(region=region), NOWHERE, service)
    settings = replace(plain, use_fips=use_fips)
    account_id = "" if service is DYNAMODB else "123456789012"
    expected = parse_endpoint(*resolve_by_rules(settings, account_id))
    assert resolve_endpoint(settings, account_id) == expected
    common = resolve_common_endpoint(settings, account_id)
    assert (common is not None) == (region == "eu-west-1" and not use_fips)
