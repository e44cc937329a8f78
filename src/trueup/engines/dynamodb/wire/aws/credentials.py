"""Credentials. Those in the environment are read here, all others in `sdk.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ....._dataclass import dataclass
from .....errors import ErrorCode, InvalidCall, Place

CREDENTIALS = Place("dynamodb", note="credentials")


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key and its secret; temporary credentials have a token.

    account_id: 12 digits, part of the endpoint's name; empty if it is not known.

    Raises InvalidCall for characters that a header cannot carry, usually a line break that was
    copied from a file.
    """

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)
    account_id: str = ""

    def __post_init__(self) -> None:
        parts = {"access key": self.access_key, "session token": self.token}
        for name, value in parts.items():
            if not all("!" <= character <= "~" for character in value):
                raise InvalidCall(
                    f"the {name} has a character that cannot be sent",
                    where=CREDENTIALS,
                    fix="look for spaces and line breaks around it",
                    code=ErrorCode.INVALID_OPTION,
                )


def read_environment(environ: Mapping[str, str]) -> Credentials | None:
    """The credentials in the environment; None if it has none, or if they expire.

    Raises:
        InvalidCall: there is a key without a secret.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
    """
    access_key = environ.get("AWS_ACCESS_KEY_ID", "")
    if not access_key or environ.get("AWS_CREDENTIAL_EXPIRATION"):
        return None
    secret_key = environ.get("AWS_SECRET_ACCESS_KEY", "")
    if not secret_key:
        raise InvalidCall(
            "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not",
            where=CREDENTIALS,
            fix="set both, or neither",
            code=ErrorCode.INVALID_OPTION,
        )
    token = environ.get("AWS_SESSION_TOKEN") or environ.get("AWS_SECURITY_TOKEN") or ""
    return Credentials(access_key, secret_key, token, environ.get("AWS_ACCOUNT_ID", ""))
