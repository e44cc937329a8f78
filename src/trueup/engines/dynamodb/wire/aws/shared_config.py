"""The profile in ~/.aws/config and ~/.aws/credentials, without its secrets.

It is read here, so that a program with credentials in its environment need not import botocore.
botocore reads the credentials of profiles.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .....errors import ErrorCode, InvalidCall, Place

if TYPE_CHECKING:
    from configparser import RawConfigParser

SERVICE_ENDPOINT = "services"
"""The key of the endpoint in a `[services …]` section."""

_SECRETS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token")


def read_profile(
    environ: Mapping[str, str], profile: str, service: str = "dynamodb"
) -> dict[str, str]:
    """The settings of a profile, including those of its `[services …]` section for a service.

    profile: empty for the default profile, which need not exist.

    Raises:
        InvalidCall: a named profile is in neither file, or a file cannot be read.
    """
    config = _read(environ.get("AWS_CONFIG_FILE") or "~/.aws/config")
    shared = _read(environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials")
    in_config = "default" if profile in {"", "default"} else f"profile {profile}"
    found = _section(config, in_config) | _section(shared, profile or "default")
    if profile and not (_has(config, in_config) or _has(shared, profile)):
        raise InvalidCall(
            f"the profile {profile} does not exist",
            where=Place("dynamodb", note="AWS configuration files"),
            fix="correct AWS_PROFILE or ?profile= of the URL, or add the profile",
            code=ErrorCode.INVALID_OPTION,
        )
    if "services" in found:
        found[SERVICE_ENDPOINT] = _service_endpoint(config, found["services"], service)
    return {key: value for key, value in found.items() if key not in _SECRETS}


def _read(name: str) -> RawConfigParser | None:
    path = os.path.expanduser(os.path.expandvars(name))
    if not os.path.isfile(path):
        return None
    from configparser import (
        Error,
        RawConfigParser,
    )  # few programs have the file and need the parser

    parser = RawConfigParser(default_section="")
    try:
        parser.read(path, encoding="utf-8")
    except (Error, OSError, UnicodeDecodeError) as error:
        raise InvalidCall(
            "an AWS configuration file cannot be read",
            where=Place("dynamodb", note=str(path)),
            fix="correct the file, or set AWS_CONFIG_FILE to another one",
            code=ErrorCode.INVALID_OPTION,
        ) from error
    return parser


def _has(parser: RawConfigParser | None, section: str) -> bool:
    return parser is not None and parser.has_section(section)


def _section(parser: RawConfigParser | None, section: str) -> dict[str, str]:
    if parser is None or not parser.has_section(section):
        return {}
    return dict(parser.items(section))


def _service_endpoint(config: RawConfigParser | None, name: str, service: str) -> str:
    """The `endpoint_url` that is indented below `dynamodb =`, or below another service."""
    if not _has(config, f"services {name}"):
        raise InvalidCall(
            f"the profile names the services section {name}, which does not exist",
            where=Place("dynamodb", note="AWS configuration file"),
            fix=f"add [services {name}], or remove the key services",
            code=ErrorCode.INVALID_OPTION,
        )
    settings = _section(config, f"services {name}").get(service.replace("-", "_"), "")
    for line in settings.splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "endpoint_url":
            return value.strip()
    return ""
