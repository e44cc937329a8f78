"""What AWS knows of a database's users: secrets in Secrets Manager, and tokens of IAM.

It stands beside the engines, as it speaks to AWS by DynamoDB's wire. Every function waits for
servers.
"""

from __future__ import annotations

import json
import os
import re
from importlib import import_module
from typing import Any

from ..errors import (
    ErrorCode,
    NeedsOperator,
    Place,
    Throttled,
    TrueupError,
    Unavailable,
    UnsupportedByEngine,
)

_ARN_REGION = re.compile(r"arn:[\w-]+:secretsmanager:([a-z0-9-]+):")
_HOST_REGION = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$")
_THROTTLED = frozenset({"ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"})
_MISSING = frozenset({"ResourceNotFoundException", "InvalidRequestException"})


def read_secret(secret: str, region: str, where: Place, deadline_s: float) -> str:
    """The text of the current version of a secret; empty if it holds none.

    secret: its ARN or name. region: that of a name; empty for an ARN, which has it.
    where: the place of errors.

    Raises:
        NeedsOperator: there is no such secret, or it may not be read.
        Unavailable, Throttled: Secrets Manager did not answer.
        UnsupportedByEngine: the packages for requests to AWS are not installed.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    """
    try:
        from .dynamodb.port import HttpPayload
        from .dynamodb.wire.aws.configuration import Options
        from .dynamodb.wire.aws.service import SECRETS_MANAGER
        from .dynamodb.wire.blocking import DirectWire
        from .dynamodb.wire.errors import TransportError
    except UnsupportedByEngine as error:
        raise _missing_packages(where) from error
    body = json.dumps({"SecretId": secret}).encode()
    wire = DirectWire(Options(region=region or region_of_secret(secret)))
    try:
        reply = wire.perform(HttpPayload("GetSecretValue", body, SECRETS_MANAGER), deadline_s)
    except TransportError as error:
        raise Unavailable(
            "Secrets Manager does not answer",
            where=where,
            native=error.native,
            fix="look at the network: a VPC needs an endpoint for it, or a way to the internet",
        ) from error
    finally:
        wire.close()
    if reply.status != 200:
        raise _refused(reply.status, _error_name(reply.body), where)
    return _member(reply.body, "SecretString")


def region_of_secret(secret: str) -> str:
    """The region in the ARN of a secret; empty if it is none."""
    found = _ARN_REGION.match(secret)
    return found[1] if found else ""


def iam_token(host: str, port: int, user: str, region: str, where: Place) -> str:
    """A password for a user of RDS, good for 15 minutes, signed with the caller's credentials.

    region: empty for that of the host's name, else that of the environment or the profile.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
    """
    try:
        import_module("botocore.exceptions")
        botocore: Any = import_module("botocore.session")
    except ImportError as error:
        raise _missing_packages(where) from error
    named = _HOST_REGION.search(host)
    region = region or (named[1] if named else "") or os.environ.get("AWS_REGION", "")
    refusal: TrueupError
    try:
        client = botocore.get_session().create_client("rds", region_name=region or None)
        return str(client.generate_db_auth_token(host, port, user))
    except import_module("botocore.exceptions").BotoCoreError as error:
        refusal = _no_token(type(error).__name__, where)
    raise refusal


def _member(body: bytes, name: str) -> str:
    """A text in a JSON object; empty if there is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    value = found.get(name, "") if isinstance(found, dict) else ""
    return value if isinstance(value, str) else ""


def _error_name(body: bytes) -> str:
    """The name of an error, if it looks like one: a reply could hold anything."""
    name = _member(body, "__type").rpartition("#")[2]
    return name if re.fullmatch(r"[A-Za-z]{1,64}", name) else ""


def _refused(status: int, name: str, where: Place) -> TrueupError:
    """The error of a secret that could not be read."""
    if name in _THROTTLED:
        fix = "call again, a little later"
        return Throttled("Secrets Manager was asked too often", where=where, native=name, fix=fix)
    if status >= 500:
        return Unavailable(
            "Secrets Manager failed", where=where, native=name, fix="call again, a little later"
        )
    is_missing = name in _MISSING
    return NeedsOperator(
        "there is no such secret" if is_missing else "the secret may not be read",
        where=where,
        native=name,
        code=ErrorCode.CANNOT_OPEN if is_missing else ErrorCode.ACCESS_DENIED,
        fix="correct the ARN"
        if is_missing
        else "allow secretsmanager:GetSecretValue on it, and kms:Decrypt if its key is your own",
    )


def _no_token(native: str, where: Place) -> NeedsOperator:
    return NeedsOperator(
        "no IAM token could be signed",
        where=where,
        native=native,
        code=ErrorCode.CREDENTIALS_REFUSED,
        fix="give AWS credentials and a region: set AWS_PROFILE, AWS_REGION, or ?region=",
    )


def _missing_packages(where: Place) -> UnsupportedByEngine:
    return UnsupportedByEngine(
        "logins from AWS need packages that are not installed",
        where=where,
        fix="install trueup[postgres,dynamodb]",
        code=ErrorCode.MISSING_EXTRA,
    )
