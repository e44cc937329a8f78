"""What the server does wrong: each call ends by its deadline, says what may have happened, and
leaves nothing behind for the next one."""

from __future__ import annotations

import email.utils
import json
import time
import zlib
from collections.abc import Callable

import pytest

from tests.wire.calls import calling, options
from tests.wire.server import (
    Answer,
    FaultServer,
    chunked,
    dripping,
    ending,
    reply,
    resetting,
    sending,
    silent,
)
from trueup.engines.dynamodb.wire.errors import (
    ConnectFailed,
    ConnectionLost,
    ReplyDamaged,
    TimedOut,
    TransportError,
)
from trueup.errors import ErrorCode, InvalidCall

pytestmark = pytest.mark.parametrize("flavour", ["blocking", "awaiting"])

BIG = json.dumps({"id": 7, "text": "x" * 300_000}).encode()
WRONG_SUM = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-amz-crc32: 1\r\n\r\n{}"
ZIPPED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\n{}"
LONG_HEAD = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000
UPGRADE = b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
MANY_HEADERS = b"HTTP/1.1 200 OK\r\n" + b"X-One: 1234567890\r\n" * 10_000


def cut(body: bytes) -> bytes:
    return reply(body)[:-1]


@pytest.mark.parametrize("body", [b"{}", b"", BIG], ids=["small", "empty", "big"])
@pytest.mark.parametrize("make", [reply, chunked], ids=["length", "chunked"])
def test_replies_come_whole_on_one_connection(
    flavour: str, make: Callable[[bytes], bytes], body: bytes
) -> None:
    with (
        FaultServer(otherwise=sending(make)) as server,
        calling(flavour, options(server.url)) as caller,
    ):
        for _ in range(3):
            found = caller.call(body)
            assert (found.status, found.body) == (200, body)
    assert server.connections == 1


FAULTS = {
    "cut body": (ending(cut), ConnectionLost),
    "nothing": (ending(lambda body: b""), ConnectionLost),
    "cut chunks": (ending(lambda body: chunked(body)[:-3]), ConnectionLost),
    "cut head": (ending(lambda body: b"HTTP/1.1 200 OK\r\nContent-Le"), ConnectionLost),
    "reset body": (resetting(cut), ConnectionLost),
    "reset": (resetting(lambda body: b""), ConnectionLost),
    "wrong checksum": (sending(lambda body: WRONG_SUM), ReplyDamaged),
    "compressed": (sending(lambda body: ZIPPED), ReplyDamaged),
    "not HTTP": (sending(lambda body: b"SSH-2.0-OpenSSH\r\n"), ReplyDamaged),
    "upgrade": (sending(lambda body: UPGRADE), ReplyDamaged),
    "long header": (sending(lambda body: LONG_HEAD), ReplyDamaged),
    "many headers": (sending(lambda body: MANY_HEADERS), ReplyDamaged),
    "silence": (silent, TimedOut),
}


@pytest.mark.req("MT7")
@pytest.mark.parametrize(("answer", "kind"), FAULTS.values(), ids=FAULTS)
def test_a_lost_or_damaged_reply_says_that_it_was_sent(
    flavour: str, answer: Answer, kind: type[TransportError]
) -> None:
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        caller.call(b'{"id":1}')
        server.answers.append(answer)
        with pytest.raises(kind) as caught:
            caller.call(b'{"id":2}', timeout_s=0.5)
        assert caught.value.sent
        assert caught.value.code is ErrorCode.OUTCOME_UNKNOWN
        assert caller.call(b'{"id":3}').body == b'{"id":3}'
    assert server.connections == 2
    assert server.bodies == [b'{"id":1}', b'{"id":2}', b'{"id":3}']


@pytest.mark.parametrize(
    "head", [b"Connection: close", b"connection: Close"], ids=["canonical", "other case"]
)
def test_a_connection_that_the_server_ends_is_not_used_again(flavour: str, head: bytes) -> None:
    answer = sending(lambda body: reply(body, head))
    with FaultServer(otherwise=answer) as server, calling(flavour, options(server.url)) as caller:
        assert [caller.call().status for _ in range(3)] == [200, 200, 200]
    assert server.connections == 3


def test_a_connection_closed_while_idle_is_noticed_before_it_is_used(flavour: str) -> None:
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        for number in range(5):
            assert caller.call(b"%d" % number).body == b"%d" % number
            server.drop_all()
            time.sleep(0.01)
            caller.settle()
    assert server.connections == 5
    assert len(server.bodies) == 5


@pytest.mark.parametrize(
    "surplus", [reply(b"other"), b"HTTP/1.1 2", b"x"], ids=["whole", "begun", "other"]
)
def test_bytes_after_a_reply_never_become_the_next_one(flavour: str, surplus: bytes) -> None:
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        server.answers.append(sending(lambda body: reply(body) + surplus))
        try:
            assert caller.call(b"1").body == b"1"
        except ReplyDamaged:
            assert surplus == b"x"  # no reply begins like that
        assert caller.call(b"2").body == b"2"
    assert server.connections == 2


def test_interim_replies_are_passed_over(flavour: str) -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        server.answers.append(sending(lambda body: interim + interim + reply(body)))
        assert caller.call(b"1").body == b"1"
        assert caller.call(b"2").body == b"2"
    assert server.connections == 1


def test_other_statuses_are_returned(flavour: str) -> None:
    error = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}'
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        server.answers.append(sending(lambda body: reply(error, status=b"400 Bad Request")))
        server.answers.append(sending(lambda body: reply(b"", status=b"503 Unavailable")))
        found = caller.call()
        assert (found.status, found.body, found.request_id) == (400, error, "ABC")
        assert caller.call().status == 503
    assert server.connections == 1


def test_a_drip_ends_at_the_deadline(flavour: str) -> None:
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        server.answers.append(dripping(0.02))
        began_s = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            caller.call(timeout_s=0.3)
        assert 0.25 < time.monotonic() - began_s < 1.0
        assert caught.value.sent


def test_a_slow_drip_within_the_deadline_is_a_reply(flavour: str) -> None:
    with FaultServer() as server:
        chosen = options(server.url, read_timeout_s=0.5)
        with calling(flavour, chosen) as caller:
            server.answers.append(dripping(0.005))
            assert caller.call(b"slow").body == b"slow"


@pytest.mark.req("M74")
def test_silence_ends_at_the_read_timeout(flavour: str) -> None:
    with FaultServer() as server:
        chosen = options(server.url, read_timeout_s=0.1)
        with calling(flavour, chosen) as caller:
            server.answers.append(silent)
            began_s = time.monotonic()
            with pytest.raises(TimedOut):
                caller.call()
            assert time.monotonic() - began_s < 1.0


def test_a_deadline_in_the_past_sends_nothing(flavour: str) -> None:
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        for has_connection in (False, True):
            if has_connection:
                caller.call()
            with pytest.raises(TimedOut) as caught:
                caller.call(timeout_s=-1)
            assert (caught.value.sent, caught.value.code) == (False, ErrorCode.DEADLINE_EXCEEDED)
    assert len(server.bodies) == 1


def test_an_address_nobody_listens_at_is_not_reached(flavour: str) -> None:
    with FaultServer() as server:
        url = server.url
    with calling(flavour, options(url)) as caller:
        with pytest.raises(ConnectFailed) as caught:
            caller.call()
        assert (caught.value.sent, caught.value.retryable) == (False, True)


def test_an_unknown_host_is_not_reached(flavour: str) -> None:
    with (
        calling(flavour, options("https://nowhere.invalid")) as caller,
        pytest.raises(ConnectFailed, match="not known"),
    ):
        caller.call()


def test_a_closed_wire_refuses_calls(flavour: str) -> None:
    with FaultServer() as server:
        with calling(flavour, options(server.url)) as caller:
            caller.call()
            caller.close()
            with pytest.raises(InvalidCall) as caught:
                caller.call()
        assert caught.value.code is ErrorCode.CLOSED
        assert len(server.bodies) == 1


def test_a_big_request_is_sent_whole_to_a_slow_reader(flavour: str) -> None:
    big = b"y" * 8_000_000
    answer = sending(lambda body: reply(b"%d" % zlib.crc32(body)))
    with FaultServer(otherwise=answer) as server, calling(flavour, options(server.url)) as caller:
        assert caller.call(big).body == b"%d" % zlib.crc32(big)


def test_one_buffer_goes_out_for_each_request(flavour: str) -> None:
    """Head and body in two segments would wait for the server's delayed acknowledgement."""
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        caller.call()
        began_s = time.monotonic()
        for _ in range(20):
            caller.call()
        assert time.monotonic() - began_s < 20 * 0.04


def test_a_wrong_clock_is_corrected_by_the_refusal(flavour: str) -> None:
    refusal = (
        b'{"__type":"com.amazon.coral.service#InvalidSignatureException",'
        b'"message":"Signature expired"}'
    )
    server_epoch_s = time.time() + 3 * 3600  # another time zone
    date = b"Date: " + email.utils.formatdate(server_epoch_s, usegmt=True).encode()
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        late = sending(lambda body: reply(refusal, date, status=b"400 Bad Request"))
        server.answers.extend([late, late])
        assert caller.call().clock_corrected
        assert not caller.call().clock_corrected  # signed by the server's clock: another reason
        hour = time.strftime("%Y%m%dT%H", time.gmtime(server_epoch_s)).encode()
        assert b"X-Amz-Date: " + hour in server.heads[1]
        assert caller.wire.clock.skew_s != 0


@pytest.mark.fault("F25")
@pytest.mark.parametrize(
    "date",
    [
        b"Thu, 99 Nov 2025 10:00:00 GMT",
        b"Thu, 20 Nov 99999 10:00:00 GMT",
        b"Thu, 20 Nov 1975 10:00:00 GMT",
        b"Sat, 01 Jan 0001 00:00:00 GMT",
        b"9" * 5000,
    ],
)
def test_an_absurd_date_leaves_the_clock_alone(flavour: str, date: bytes) -> None:
    refusal = b'{"__type":"com.amazon.coral.service#InvalidSignatureException"}'
    with FaultServer() as server, calling(flavour, options(server.url)) as caller:
        answer = sending(lambda body: reply(refusal, b"Date: " + date, status=b"400 Bad Request"))
        server.answers.append(answer)
        assert not caller.call().clock_corrected
        assert caller.call(b"next").body == b"next"
