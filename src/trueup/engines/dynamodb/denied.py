"""Credentials that DynamoDB refuses, and what they do not allow: who asks an operator for what.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from ...errors import ErrorCode, NeedsOperator, Place
from .words import (
    action_not_allowed,
    say_that_the_clock_is_wrong,
    say_that_the_region_is_wrong,
)

NOT_ALLOWED = frozenset({"AccessDeniedException", "NotAuthorized"})
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN = frozenset(
    {
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "OptInRequired",
        "UnrecognizedClientException",
    }
)
_SIGNATURE = frozenset(
    {
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
    }
)


def denied(code: str, words: str, action: str, native: str, where: Place) -> NeedsOperator | None:
    """The error for a code about credentials; None for any other.

    words: what DynamoDB said. action: what was asked.
    """
    if code in NOT_ALLOWED:
        allowed = action_not_allowed(words) or f"dynamodb:{action}"
        return NeedsOperator(
            f"the credentials do not allow {allowed}",
            where=where,
            native=native,
            code=ErrorCode.ACCESS_DENIED,
            fix=f"allow {allowed} for this table and its indexes, in the policy of the user or "
            "role that asks",
        )
    said = _refused_credentials(code, words)
    if said is None:
        return None
    what, fix = said
    return NeedsOperator(
        what, where=where, native=native, code=ErrorCode.CREDENTIALS_REFUSED, fix=fix
    )


def _refused_credentials(code: str, words: str) -> tuple[str, str] | None:
    """What is wrong with the credentials or the signature, and what to do."""
    if code in _EXPIRED:
        return "the credentials have expired", "sign in again, or renew the session token"
    if code in _UNKNOWN:
        return (
            "DynamoDB does not know the credentials",
            "check the access key and the session token, and that the account uses the region",
        )
    if code not in _SIGNATURE:
        return None
    if say_that_the_clock_is_wrong(words):
        return (
            "the request was signed at another time than the server's",
            "set the clock of this machine",
        )
    if say_that_the_region_is_wrong(words):
        return (
            "the request was signed for another region than the endpoint's",
            "name the region of the endpoint: in the URL with ?region=, or in AWS_REGION",
        )
    return (
        "the signature does not fit the access key",
        "check the secret key and the session token, and the clock of this machine",
    )
