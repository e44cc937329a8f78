"""Settings of AWS that are wrong, missing or not supported, told before anything is sent."""

from __future__ import annotations

from tests.golden.people import KEYS, read_person
from tests.golden.stage import Stage
from trueup.engines.dynamodb.wire.extra import missing_extra

REGION = "dynamodb://eu-west-1"


def _with(url: str = REGION, **environ: str) -> object:
    return read_person(url, KEYS | environ)


def _with_config(stage: Stage, text: str, url: str = REGION, **environ: str) -> object:
    """text: of the file ~/.aws/config, in which credentials are looked for too."""
    config = stage.folder / "config"
    config.write_text(text, encoding="utf-8")
    return read_person(url, {"AWS_CONFIG_FILE": str(config), **environ})


def package_that_is_not_installed(_: Stage) -> object:
    raise missing_extra("httptools")  # how it comes about: tests/unit/dynamodb/test_extras.py


def no_region(_: Stage) -> object:
    return _with("dynamodb://")


def no_region_on_the_wire_of_botocore(_: Stage) -> object:
    return _with("dynamodb://?wire=botocore")


def region_that_is_none(_: Stage) -> object:
    return _with("dynamodb://localhost:8000?region=eu/west")


def profile_that_does_not_exist(_: Stage) -> object:
    return _with("dynamodb://eu-west-1?profile=beta")


def profile_that_does_not_exist_on_the_wire_of_botocore(_: Stage) -> object:
    return _with("dynamodb://eu-west-1?profile=beta&wire=botocore")


def two_profiles(_: Stage) -> object:
    return _with(AWS_PROFILE="beta", AWS_DEFAULT_PROFILE="gamma")


def services_that_do_not_exist(stage: Stage) -> object:
    return _with_config(stage, "[default]\nservices = mine\n")


def configuration_that_cannot_be_read(stage: Stage) -> object:
    return _with_config(stage, "region = eu-west-1\n")


def wrong_flag(_: Stage) -> object:
    return _with(AWS_USE_FIPS_ENDPOINT="maybe")


def wrong_name_of_the_application(_: Stage) -> object:
    return _with(AWS_SDK_UA_APP_ID="a shop")


def wrong_number_of_attempts(_: Stage) -> object:
    return read_person(REGION, KEYS | {"AWS_MAX_ATTEMPTS": "often"}, retries=None)


def retries_of_another_kind(_: Stage) -> object:
    return read_person(REGION, KEYS | {"AWS_RETRY_MODE": "adaptive"}, retries=None)


def mode_that_asks_the_machine(_: Stage) -> object:
    return _with(AWS_DEFAULTS_MODE="auto")


def monitoring(_: Stage) -> object:
    return _with(AWS_CSM_ENABLED="true")


def plugins_of_botocore(_: Stage) -> object:
    return _with(BOTOCORE_EXPERIMENTAL__PLUGINS="mine=my.plugin")


def discovery_of_endpoints(_: Stage) -> object:
    return _with(AWS_ENDPOINT_DISCOVERY_ENABLED="true")


def proxy(_: Stage) -> object:
    return _with(HTTPS_PROXY="http://proxy.example:3128")


def endpoint_that_is_none(_: Stage) -> object:
    return _with(AWS_ENDPOINT_URL="ftp://example.com")


def endpoint_that_cannot_be_FIPS(_: Stage) -> object:  # noqa: N802 - as AWS writes it
    return _with(AWS_ENDPOINT_URL="https://example.com", AWS_USE_FIPS_ENDPOINT="true")


def authorities_that_cannot_be_read(_: Stage) -> object:
    return _with("dynamodb://127.0.0.1:1?tls=true", AWS_CA_BUNDLE="/nowhere/bundle.pem")


def key_without_its_secret(_: Stage) -> object:
    return _with(AWS_SECRET_ACCESS_KEY="")


def key_with_a_line_break(_: Stage) -> object:
    return _with(AWS_ACCESS_KEY_ID="key\n")


def no_credentials(_: Stage) -> object:
    return read_person(REGION, {})


def program_for_credentials_that_fails(stage: Stage) -> object:
    program = stage.folder / "keys.sh"
    program.write_text("echo 'sign on again.' >&2; exit 1\n", encoding="utf-8")
    return _with_config(stage, f"[default]\ncredential_process = sh {program}\n")
