"""Options, environment and profile: which goes first, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dynamodb.wire.services import STREAMS
from trueup.engines.dynamodb.wire.aws.configuration import (
    Options,
    Settings,
    read_max_attempts,
    read_settings,
)
from trueup.engines.dynamodb.wire.aws.credentials import Credentials
from trueup.engines.dynamodb.wire.aws.endpoint import Endpoint, refuse_proxy
from trueup.engines.dynamodb.wire.aws.service import DYNAMODB, Service
from trueup.errors import ErrorCode, InvalidCall, UnsupportedByEngine

NOWHERE = {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}
CONFIG = """
[default]
region = eu-central-1
[profile work]
region = eu-north-1
use_fips_endpoint = true
retry_mode = standard
max_attempts = 7
ca_bundle = /bundle.pem
services = local
endpoint_url = https://global:1
[services local]
s3 =
  endpoint_url = https://s3:1
dynamodb =
  endpoint_url = http://localhost:8000
[profile broken]
region = eu-north-1
services = absent
"""
SHARED = """
[work]
aws_access_key_id = AK
aws_secret_access_key = SK
[keys]
region = eu-south-1
aws_access_key_id = AK
aws_secret_access_key = SK
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "credentials").write_text(SHARED)
    return {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }


def read(environ: dict[str, str], **options: str) -> Settings:
    return read_settings(Options(**options), NOWHERE | {"AWS_REGION": "eu-west-1"} | environ)  # type: ignore[arg-type]  # all are text


@pytest.mark.req("M71", "M74")
def test_the_region_is_the_options_then_the_environments_then_the_profiles(
    files: dict[str, str],
) -> None:
    first = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}
    assert read_settings(Options(region="eu-west-3"), files | first).region == "eu-west-3"
    assert read_settings(Options(), files | first).region == "eu-west-1"
    assert read_settings(Options(), files | {"AWS_DEFAULT_REGION": "x-1"}).region == "x-1"
    assert read_settings(Options(), files).region == "eu-central-1"
    assert read_settings(Options(profile="work"), files).region == "eu-north-1"
    assert read_settings(Options(profile="keys"), files).region == "eu-south-1"
    assert read_settings(Options(), files | {"AWS_PROFILE": "work"}).region == "eu-north-1"


def test_no_region_is_an_error() -> None:
    with pytest.raises(InvalidCall, match="no region"):
        read_settings(Options(), NOWHERE)


@pytest.mark.req("M74")
def test_endpoints_go_by_service_then_for_all_first_the_environments(
    files: dict[str, str],
) -> None:
    both = {"AWS_ENDPOINT_URL": "https://all:1", "AWS_ENDPOINT_URL_DYNAMODB": "https://one:1"}
    work = files | {"AWS_PROFILE": "work"}
    ignored = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
    assert read(work | both).endpoint_url == "https://one:1"
    assert read(work | {"AWS_ENDPOINT_URL": "https://all:1"}).endpoint_url == "https://all:1"
    assert read(work).endpoint_url == "http://localhost:8000"
    assert read(work | both | ignored).endpoint_url == ""
    assert read(work | ignored, endpoint_url="https://mine:1").endpoint_url == "https://mine:1"


def test_the_profile_gives_what_the_environment_does_not(files: dict[str, str]) -> None:
    found = read(files | {"AWS_PROFILE": "work"})
    assert (found.use_fips, found.ca_bundle) == (True, "/bundle.pem")


def test_attempts_come_from_the_environment_then_the_profile(files: dict[str, str]) -> None:
    work = files | {"AWS_PROFILE": "work"}
    assert read_max_attempts(Options(), work | {"AWS_MAX_ATTEMPTS": "2"}) == 2
    assert read_max_attempts(Options(profile="work"), files) == 7
    assert read_max_attempts(Options(), work | {"AWS_RETRY_MODE": "standard"}) == 7
    assert read_max_attempts(Options(), NOWHERE) is None


@pytest.mark.parametrize("mode", ["legacy", "adaptive"])
def test_other_kinds_of_retries_are_refused_by_name(mode: str) -> None:
    with pytest.raises(UnsupportedByEngine, match="AWS_RETRY_MODE"):
        read_max_attempts(Options(), NOWHERE | {"AWS_RETRY_MODE": mode})


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_RETRY_MODE", "often"), ("AWS_MAX_ATTEMPTS", "0"), ("AWS_MAX_ATTEMPTS", "many")],
)
def test_wrong_attempts_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidCall, match=name):
        read_max_attempts(Options(), NOWHERE | {name: value})


@pytest.mark.req("M74")
def test_credentials_of_the_environment_give_way_to_a_profile_that_is_asked_for(
    files: dict[str, str],
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK", "AWS_SESSION_TOKEN": "T"}
    expected = Credentials("AK", "SK", "T", "123456789012")
    environ = files | keys | {"AWS_ACCOUNT_ID": "123456789012", "AWS_PROFILE": "work"}
    assert read(environ).credentials == expected
    assert read(environ, profile="work").credentials is None
    assert read(environ | {"AWS_CREDENTIAL_EXPIRATION": "2030-01-01T00:00:00Z"}).credentials is None


def test_the_old_name_of_the_token_is_honoured_after_the_new_one() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK", "AWS_SECURITY_TOKEN": "old"}
    assert read(keys).credentials == Credentials("AK", "SK", "old")
    assert read(keys | {"AWS_SESSION_TOKEN": "new"}).credentials == Credentials("AK", "SK", "new")


def test_a_key_without_its_secret_is_refused() -> None:
    with pytest.raises(InvalidCall, match="AWS_SECRET_ACCESS_KEY"):
        read({"AWS_ACCESS_KEY_ID": "AK"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_DEFAULTS_MODE", "auto"),
        ("AWS_CSM_ENABLED", "true"),
        ("AWS_ENDPOINT_DISCOVERY_ENABLED", "true"),
        ("BOTOCORE_EXPERIMENTAL__PLUGINS", "mine=my.plugin"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UnsupportedByEngine, match=name) as caught:
        read({name: value})
    assert name in str(caught.value.where)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_DEFAULTS_MODE", "fast"),
        ("AWS_USE_FIPS_ENDPOINT", "yes"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "1"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "always"),
        ("AWS_SDK_UA_APP_ID", "a b\r\nX: y"),
        ("AWS_REGION", "eu-west-1/evil.org"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "on"),
    ],
)
def test_values_that_mean_nothing_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidCall) as caught:
        read({name: value})
    assert caught.value.code is ErrorCode.INVALID_OPTION
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("mode", "timeout_s"), [("", 5.0), ("in-region", 2.2), ("Standard", 6.2), ("mobile", 60.0)]
)
def test_the_defaults_mode_gives_the_time_to_connect(mode: str, timeout_s: float) -> None:
    assert read({"AWS_DEFAULTS_MODE": mode}).connect_timeout_s == timeout_s


def test_the_application_is_named_to_the_server() -> None:
    assert read({"AWS_SDK_UA_APP_ID": "shop"}).agent == "trueup app/shop"


def test_two_profiles_are_one_too_many(files: dict[str, str]) -> None:
    with pytest.raises(InvalidCall, match="AWS_PROFILE"):
        read(files | {"AWS_PROFILE": "work", "AWS_DEFAULT_PROFILE": "keys"})


@pytest.mark.parametrize("profile", ["absent", "broken"])
def test_a_profile_that_does_not_exist_is_refused(files: dict[str, str], profile: str) -> None:
    with pytest.raises(InvalidCall, match="does not exist"):
        read(files, profile=profile)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("no section")
    with pytest.raises(InvalidCall, match="cannot be read"):
        read({"AWS_CONFIG_FILE": str(tmp_path / "config")})


SECURE = Endpoint("https", "dynamodb.eu-west-1.amazonaws.com", 443, "eu-west-1")
LOCAL = Endpoint("http", "localhost", 8000, "eu-west-1")


@pytest.mark.parametrize(
    ("endpoint", "environ", "is_refused"),
    [
        (SECURE, {}, False),
        (SECURE, {"HTTPS_PROXY": "http://proxy:1"}, True),
        (SECURE, {"https_proxy": "http://proxy:1"}, True),
        (SECURE, {"HTTP_PROXY": "http://proxy:1"}, False),
        (SECURE, {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": ".amazonaws.com"}, False),
        (SECURE, {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "other.org"}, True),
        (SECURE, {"HTTPS_PROXY": "http://proxy:1", "no_proxy": "*"}, False),
        (LOCAL, {"HTTP_PROXY": "http://proxy:1"}, True),
        (LOCAL, {"HTTP_PROXY": "http://proxy:1", "NO_PROXY": "localhost"}, False),
        (LOCAL, {"HTTP_PROXY": "http://proxy:1", "NO_PROXY": "localhost:8000"}, False),
    ],
    ids=str,
)
def test_proxies_are_refused_unless_the_endpoint_is_exempt(
    endpoint: Endpoint, environ: dict[str, str], is_refused: bool
) -> None:
    proxies = read(environ).proxies
    if not is_refused:
        refuse_proxy(endpoint, proxies)
        return
    with pytest.raises(UnsupportedByEngine, match="_PROXY"):
        refuse_proxy(endpoint, proxies)


SERVICES_CONFIG = """
[default]
services = local
endpoint_url = https://global:1
[services local]
dynamodb_streams =
  endpoint_url = https://profile-streams:1
"""


@pytest.mark.parametrize(
    ("service", "environ", "option", "expected"),
    [
        (
            STREAMS,
            {"AWS_ENDPOINT_URL_DYNAMODB": "https://other:1"},
            "",
            "https://profile-streams:1",
        ),
        (STREAMS, {"AWS_ENDPOINT_URL_DYNAMODB_STREAMS": "https://own:1"}, "", "https://own:1"),
        (STREAMS, {"AWS_ENDPOINT_URL": "https://all:1"}, "", "https://all:1"),
        (
            STREAMS,
            {"AWS_ENDPOINT_URL_DYNAMODB_STREAMS": "https://own:1"},
            "https://o:1",
            "https://o:1",
        ),
        (DYNAMODB, {}, "", "https://global:1"),
    ],
)
def test_settings_for_one_service_are_not_anothers(
    tmp_path: Path, service: Service, environ: dict[str, str], option: str, expected: str
) -> None:
    (tmp_path / "config").write_text(SERVICES_CONFIG)
    files = NOWHERE | {"AWS_CONFIG_FILE": str(tmp_path / "config")}
    options = Options(region="eu-west-1", endpoint_url=option)
    assert read_settings(options, files | environ, service).endpoint_url == expected
