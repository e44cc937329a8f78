"""The clock that signs: ours, until a refusal shows that it is wrong."""

from __future__ import annotations

import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.engines.dynamodb.wire.aws.clock import LARGEST_CORRECTION_S, SigningClock, parse_date
from trueup.engines.dynamodb.wire.http.reply import Reply

NOW_EPOCH_S = 1_763_632_800  # Thu, 20 Nov 2025 10:00:00 GMT
EXPIRED = b'{"__type":"com.amazon.coral.service#InvalidSignatureException"}'


def refusal(server_epoch_s: int, body: bytes = EXPIRED) -> Reply:
    date = email.utils.formatdate(server_epoch_s, usegmt=True).encode()
    return Reply(400, {b"date": date}, body)


@given(st.integers(0, 4_000_000_000))
def test_dates_are_read_in_any_locale(epoch_s: int) -> None:
    assert parse_date(email.utils.formatdate(epoch_s, usegmt=True).encode()) == epoch_s


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"now",
        b"Thu, 20 Nov 2025 10:00:00 CET",
        b"Thu, 20 Xyz 2025 10:00:00 GMT",
        b"Thu, xx Nov 2025 10:00:00 GMT",
        b"Thu, 20 Nov 2025 10 GMT",
        b"Thu, 99 Nov 2025 10:00:00 GMT",
        b"Thu, 20 Nov 99999 10:00:00 GMT",
        b"Thu, 20 Nov 2025 10:00:" + b"9" * 30 + b" GMT",
        b"Thu, 20 Nov " + b"9" * 5000 + b" 10:00:00 GMT",
        b"Thu, 20 Nov 2025 10:00:00 +9999999999",
        b"\xff\x00",
    ],
)
def test_other_texts_are_no_dates(text: bytes) -> None:
    assert parse_date(text) is None


@given(st.integers(61, LARGEST_CORRECTION_S), st.sampled_from([-1, 1]))
def test_a_refusal_sets_the_clock_once(difference_s: int, sign: int) -> None:
    clock = SigningClock(lambda: NOW_EPOCH_S + 0.9)
    server_epoch_s = NOW_EPOCH_S + sign * difference_s
    assert clock.correct(refusal(server_epoch_s))
    assert clock.skew_s == sign * difference_s
    assert clock.now_epoch_s() == server_epoch_s
    assert not clock.correct(refusal(server_epoch_s))


@pytest.mark.parametrize(
    "reply",
    [
        refusal(NOW_EPOCH_S + 30),  # the secret key is wrong
        pytest.param(
            refusal(NOW_EPOCH_S + LARGEST_CORRECTION_S + 1), marks=pytest.mark.fault("F25")
        ),
        pytest.param(refusal(0), marks=pytest.mark.fault("F25")),
        refusal(NOW_EPOCH_S + 900, b'{"__type":"x#ThrottlingException"}'),
        Reply(400, {}, EXPIRED),
        Reply(400, {b"date": b"soon"}, EXPIRED),
    ],
)
def test_other_replies_leave_the_clock_alone(reply: Reply) -> None:
    clock = SigningClock(lambda: NOW_EPOCH_S)
    assert not clock.correct(reply)
    assert clock.skew_s == 0
