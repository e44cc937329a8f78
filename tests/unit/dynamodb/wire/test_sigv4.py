"""Signatures equal botocore's, byte for byte."""

from __future__ import annotations

import calendar
import string
import time

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dynamodb.wire.services import SERVICES
from trueup.engines.dynamodb.wire.aws.credentials import Credentials
from trueup.engines.dynamodb.wire.aws.endpoint import Endpoint
from trueup.engines.dynamodb.wire.aws.service import Service
from trueup.engines.dynamodb.wire.aws.sigv4 import Signer
from trueup.errors import InvalidCall

VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F))
TOKENS = st.text(VISIBLE, max_size=200)
LABELS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)
CREDENTIALS = st.builds(
    Credentials, st.text(VISIBLE, min_size=1), st.text(min_size=1), st.one_of(st.just(""), TOKENS)
)
ENDPOINTS = st.builds(
    Endpoint,
    st.sampled_from(["http", "https"]),
    st.one_of(LABELS, st.just("::1"), st.just("127.0.0.1")),
    st.sampled_from([80, 443, 8000, 65535]),
    LABELS,
)
TARGETS = st.text(string.ascii_letters, min_size=1, max_size=30)


def sign_by_botocore(
    credentials: Credentials, endpoint: Endpoint, service: Service, target: str, body: bytes
) -> dict[str, str]:
    headers = {"Content-Type": service.content_type, "User-Agent": "not signed"}
    if service.target:
        headers["X-Amz-Target"] = f"{service.target}.{target}"
    url = f"{endpoint.scheme}://{endpoint.authority}/"
    request = AWSRequest(method="POST", url=url, data=body, headers=headers)
    given = BotocoreCredentials(
        credentials.access_key, credentials.secret_key, credentials.token or None
    )
    SigV4Auth(given, service.scope, endpoint.region).add_auth(request)
    return dict(request.headers.items())


def epoch_of(stamp: str) -> int:
    return calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))


@settings(max_examples=300, deadline=None)
@given(CREDENTIALS, ENDPOINTS, st.sampled_from(SERVICES), TARGETS, st.binary(max_size=2000))
def test_signatures_equal_botocores(
    credentials: Credentials, endpoint: Endpoint, service: Service, target: str, body: bytes
) -> None:
    expected = sign_by_botocore(credentials, endpoint, service, target, body)
    signer = Signer(credentials, endpoint, service=service)
    sent = signer.request(target, body, epoch_of(expected["X-Amz-Date"]))
    head, _, rest = sent.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert rest == body
    assert lines["Content-Length"] == str(len(body))
    assert lines["Host"] == endpoint.authority
    compared = [
        "Authorization",
        "Content-Type",
        "X-Amz-Date",
        "X-Amz-Target",
        "X-Amz-Security-Token",
    ]
    assert [lines.get(name) for name in compared] == [expected.get(name) for name in compared]


@given(st.lists(st.integers(0, 4_000_000_000), min_size=2, max_size=6))
def test_what_is_cached_is_what_would_be_computed(seconds: list[int]) -> None:
    """One signer through several seconds and days, against a new one for each."""
    credentials = Credentials("AK", "SK", "token")
    endpoint = Endpoint("https", "example.org", 443, "eu-west-1")
    signer = Signer(credentials, endpoint)
    for epoch_s in seconds:
        anew = Signer(credentials, endpoint).request("GetItem", b"{}", epoch_s)
        assert signer.request("GetItem", b"{}", epoch_s) == anew


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("text", ["with space", "line\nbreak", "line\r\nX: y", "ü", "tab\t"])
def test_credentials_that_a_header_cannot_carry_are_refused(text: str, place: int) -> None:
    parts = ["key", "secret", "token"]
    parts[place] = text
    with pytest.raises(InvalidCall) as caught:
        Credentials(*parts)
    assert text not in str(caught.value)


def test_secrets_do_not_show() -> None:
    shown = repr(Credentials("AK", "sesame", "tok-en"))
    assert "sesame" not in shown
    assert "tok-en" not in shown
