"""Requests are signed as botocore signs them, whatever hooks did to them before."""

from __future__ import annotations

import calendar
import string
import time
from typing import Any

import pytest
from botocore.auth import SIGNED_HEADERS_BLACKLIST, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError
from hypothesis import given, settings
from hypothesis import strategies as st

from trueup.engines.dynamodb.botocore_wire.signing import _UNUSUAL, KeptKeysAuth

VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F))
WORDS = st.text(VISIBLE, min_size=1, max_size=20)
NAMES = st.one_of(
    st.sampled_from([*SIGNED_HEADERS_BLACKLIST, "Host", "X-Amz-Target", "X-amz-target"]),
    st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=20),
).filter(lambda name: name.lower() not in _UNUSUAL)
HEADERS = st.lists(st.tuples(NAMES, st.text(VISIBLE + "  \t", max_size=30)), max_size=6)
CREDENTIALS = st.builds(
    ReadOnlyCredentials, WORDS, st.text(min_size=1), st.one_of(st.none(), WORDS), st.none()
)
URLS = st.sampled_from(
    [
        "https://dynamodb.eu-west-1.amazonaws.com/",
        "https://123456789012.ddb.eu-west-1.amazonaws.com:443/",
        "http://LOCALHOST:8000/",
        "http://[::1]:8000/",
        "http://127.0.0.1:80",
    ]
)
READ = [("X-Amz-Target", "DynamoDB_20120810.GetItem")]
ROOT = "https://dynamodb.eu-west-1.amazonaws.com/"


def make_request(url: str, headers: list[tuple[str, str]], body: Any, **more: Any) -> AWSRequest:
    request = AWSRequest(method="POST", url=url, data=body, **more)
    for name, text in headers:
        request.headers[name] = text
    return request


def epoch_of(stamp: str) -> int:
    return calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))


@settings(max_examples=300, deadline=None)
@given(CREDENTIALS, URLS, HEADERS, st.binary(max_size=200), st.sampled_from(["r", "s"]))
def test_signed_headers_and_signature_equal_botocores(
    credentials: ReadOnlyCredentials,
    url: str,
    headers: list[tuple[str, str]],
    body: bytes,
    region: str,
) -> None:
    theirs, ours = make_request(url, headers, body), make_request(url, headers, body)
    SigV4Auth(credentials, "dynamodb", region).add_auth(theirs)
    auth = KeptKeysAuth(credentials, "dynamodb", region)
    assert auth.sign(ours, epoch_of(theirs.headers["X-Amz-Date"]))
    assert sorted(ours.headers.items()) == sorted(theirs.headers.items())


@pytest.mark.parametrize("rest", ["a", "?a=b", "a/../b?c=d&a="])
def test_request_to_more_than_a_server_is_signed_by_botocore(rest: str) -> None:
    request = make_request(f"{ROOT}{rest}", READ, b"{}")
    auth = KeptKeysAuth(ReadOnlyCredentials("AK", "SK", None, None), "dynamodb", "eu-west-1")
    assert not auth.sign(request, 0)
    assert request.headers.items() == READ
    auth.add_auth(request)
    assert "Authorization" in request.headers


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ([("Date", "Thu, 20 Nov 2025 10:00:00 GMT")], {}),
        ([("X-Amz-Date", "20251120T100000Z")], {}),
        ([("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD")], {}),
        ([("Authorization", "mine")], {}),
        ([("x-amz-security-token", "mine")], {}),
        (READ, {"params": {"a": "b"}}),
        (READ, {"body": "text"}),
    ],
)
def test_unusual_request_is_signed_by_botocore(
    headers: list[tuple[str, str]], more: dict[str, Any]
) -> None:
    body = more.pop("body", b"{}")
    request = make_request(ROOT, headers, body, **more)
    credentials = ReadOnlyCredentials("AK", "SK", "token", None)
    auth = KeptKeysAuth(credentials, "dynamodb", "eu-west-1")
    assert not auth.sign(request, 0)
    auth.add_auth(request)
    assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AK/2")


def test_signature_is_of_now() -> None:
    request = make_request(ROOT, READ, b"{}")
    began_s = int(time.time())
    KeptKeysAuth(ReadOnlyCredentials("AK", "SK", None, None), "dynamodb", "r").add_auth(request)
    assert began_s <= epoch_of(request.headers["X-Amz-Date"]) <= time.time()


def test_request_without_credentials_is_refused_as_by_botocore() -> None:
    with pytest.raises(NoCredentialsError):
        KeptKeysAuth(None, "dynamodb", "eu-west-1").add_auth(make_request(ROOT, READ, b"{}"))
