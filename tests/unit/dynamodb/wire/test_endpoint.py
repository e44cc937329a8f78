"""Endpoints equal those of botocore's rules, decided here or there."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from trueup.engines.dynamodb.wire.aws.configuration import Options, Settings, read_settings
from trueup.engines.dynamodb.wire.aws.endpoint import (
    Endpoint,
    parse_endpoint,
    resolve_common_endpoint,
    resolve_endpoint,
)
from trueup.engines.dynamodb.wire.aws.sdk import resolve_by_rules
from trueup.errors import InvalidCall, TrueupError

PLAIN = read_settings(Options(region="eu-west-1"), {"AWS_CONFIG_FILE": "/nowhere"})
REGIONS = ["eu-west-1", "us-east-1", "il-central-1", "cn-north-1", "us-gov-west-1"]
REGIONS += ["us-iso-east-1", "eusc-de-east-1", "local", "xx-new-1", "us-east-1-x"]
MODES = ["preferred", "disabled", "required"]
ACCOUNTS = ["", "123456789012", "12"]
URLS = ["", "http://localhost:8000", "https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com"]
URLS += ["https://dynamodb.eu-west-1.api.aws"]


def by_rules(settings: Settings, account_id: str) -> Endpoint:
    return parse_endpoint(*resolve_by_rules(settings, account_id))


def outcome(
    resolve: Callable[[Settings, str], Endpoint | None], settings: Settings, account_id: str
) -> Endpoint | str | None:
    try:
        return resolve(settings, account_id)
    except TrueupError as error:
        return type(error).__name__


@pytest.mark.parametrize("region", REGIONS)
def test_every_endpoint_is_that_of_botocores_rules(region: str) -> None:
    flags = (False, True)
    cases = itertools.product(flags, flags, MODES, ACCOUNTS, URLS)
    for use_fips, use_dual_stack, mode, account_id, url in cases:
        settings = replace(
            PLAIN,
            region=region,
            use_fips=use_fips,
            use_dual_stack=use_dual_stack,
            account_id_mode=mode,
            endpoint_url=url,
        )
        decided = outcome(resolve_common_endpoint, settings, account_id)
        if decided is not None:  # else botocore's rules are asked, which take time to load
            assert decided == outcome(by_rules, settings, account_id), settings


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_decided_here_is_asked_of_the_rules(region: str, mode: str) -> None:
    settings = replace(PLAIN, region=region, account_id_mode=mode, use_fips=True)
    expected = outcome(by_rules, settings, ACCOUNTS[1])
    assert outcome(resolve_endpoint, settings, ACCOUNTS[1]) == expected


@pytest.mark.parametrize(
    ("changes", "account_id", "host"),
    [
        ({}, "", "dynamodb.eu-west-1.amazonaws.com"),
        ({}, "123456789012", "123456789012.ddb.eu-west-1.amazonaws.com"),
        ({"account_id_mode": "disabled"}, "123456789012", "dynamodb.eu-west-1.amazonaws.com"),
        ({"use_fips": True}, "", None),
        ({"use_dual_stack": True}, "", None),
        ({"region": "cn-north-1"}, "", None),
        ({"region": "us-gov-west-1"}, "", None),
    ],
    ids=str,
)
def test_the_common_case_needs_no_botocore(
    changes: dict[str, object], account_id: str, host: str | None
) -> None:
    found = resolve_common_endpoint(replace(PLAIN, **changes), account_id)  # type: ignore[arg-type]  # values of several types
    assert (found and found.host) == host


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("http://localhost", "localhost"),
        ("https://example.org:443/", "example.org"),
        ("https://[::1]:8443", "[::1]:8443"),
        ("http://example.org:443", "example.org:443"),
    ],
)
def test_custom_endpoints_are_http_or_https(url: str, authority: str) -> None:
    assert parse_endpoint(url, "eu-west-1").authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://localhost",
        "http://",
        "http://localhost:99999",
        "http://localhost/path",
        "http://localhost?x=1",
        "http://user:secret@localhost",
        "http://local host",
        "http://localhost\r\nX: y",
        "http://exämple.org",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(InvalidCall) as caught:
        parse_endpoint(url, "eu-west-1")
    assert "secret" not in str(caught.value)
