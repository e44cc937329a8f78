"""Whom the wire speaks to: only a server that proves its name, in a version that is safe."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from tests.wire.calls import calling, count_sockets, options
from tests.wire.certificates import expired, serving, write_bundle
from tests.wire.server import FaultServer
from trueup.engines.dynamodb.wire.errors import ConnectFailed, TimedOut
from trueup.errors import ErrorCode, InvalidCall, NeedsOperator

pytestmark = pytest.mark.parametrize("flavour", ["blocking", "awaiting"])

Served = Callable[[trustme.CA], ssl.SSLContext]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def environ(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    return {"AWS_CA_BUNDLE": write_bundle(authority, tmp_path)}


def test_a_trusted_server_answers(
    flavour: str, authority: trustme.CA, environ: dict[str, str]
) -> None:
    big = b"z" * 200_000
    with (
        FaultServer(serving(authority)) as server,
        calling(flavour, options(server.url), environ) as caller,
    ):
        assert [caller.call(body).body for body in (b"1", big, b"", b"3")] == [b"1", big, b"", b"3"]
    assert server.connections == 1


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_each_variable_for_authorities_is_honoured(
    flavour: str, name: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = write_bundle(authority, tmp_path)
    monkeypatch.setenv(name, bundle)  # where OpenSSL reads it
    with (
        FaultServer(serving(authority)) as server,
        calling(flavour, options(server.url), {name: bundle}) as caller,
    ):
        assert caller.call(b"1").body == b"1"


@pytest.mark.parametrize(
    ("served", "reason"),
    [
        (lambda authority: serving(trustme.CA()), "issuer"),
        (lambda authority: serving(authority, "example.org"), "mismatch"),
        (expired, "expired"),
    ],
    ids=["wrong authority", "wrong host", "expired"],
)
def test_a_server_that_does_not_prove_its_name_gets_nothing(
    flavour: str, served: Served, reason: str, authority: trustme.CA, environ: dict[str, str]
) -> None:
    before = count_sockets()
    with (
        FaultServer(served(authority)) as server,
        calling(flavour, options(server.url), environ) as caller,
    ):
        with pytest.raises(NeedsOperator, match=reason) as caught:
            caller.call()
        assert caught.value.code is ErrorCode.CANNOT_OPEN
    assert server.bodies == []
    assert count_sockets() == before


def test_the_systems_authorities_do_not_trust_ours(flavour: str, authority: trustme.CA) -> None:
    with (
        FaultServer(serving(authority)) as server,
        calling(flavour, options(server.url)) as caller,
        pytest.raises(NeedsOperator, match="certificate"),
    ):
        caller.call()
    assert server.bodies == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_old_versions_are_not_spoken(
    flavour: str, authority: trustme.CA, environ: dict[str, str]
) -> None:
    context = serving(authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with (
        FaultServer(context) as server,
        calling(flavour, options(server.url), environ) as caller,
        pytest.raises(ConnectFailed) as caught,
    ):
        caller.call()
    assert not caught.value.sent


def test_a_server_without_tls_is_no_endpoint(flavour: str, environ: dict[str, str]) -> None:
    with FaultServer() as server:
        url = server.url.replace("http:", "https:")
        chosen = options(url, connect_timeout_s=0.3)
        with (
            calling(flavour, chosen, environ) as caller,
            pytest.raises((ConnectFailed, TimedOut)) as caught,
        ):
            caller.call()
        assert not caught.value.sent


def test_a_bundle_that_is_none_is_refused(flavour: str, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate")
    environ = {"AWS_CA_BUNDLE": str(tmp_path / "empty.pem")}
    with (
        calling(flavour, options("https://127.0.0.1:1"), environ) as caller,
        pytest.raises(InvalidCall, match="authorities"),
    ):
        caller.call()
