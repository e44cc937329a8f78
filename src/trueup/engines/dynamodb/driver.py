"""The driver of DynamoDB: its URLs name a region or an endpoint, and a wire."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..._dataclass import dataclass
from ...model.description.tables import TableDescription
from ...operations.engine import Rules
from ...operations.run import AsyncWire, Wire
from ...resilience import RetryPolicy
from ...schema.engine import SchemaEngine
from ..checks import Examination, Finding
from ..driver import DatabaseUrl, Driver, SettledUrl, Surroundings, with_option
from .hosts import is_loopback, is_region, region_of_host, suggested_region
from .limits import RULES

if TYPE_CHECKING:
    from .port import AsyncDynamoWire, DynamoWire
    from .wire.aws.configuration import Options

_LOCAL_PORT = 8000
"""The port of DynamoDB Local and most emulators.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html"""


@dataclass(frozen=True, slots=True)
class DynamoUrl:
    """A region of AWS, or an endpoint. region: empty if the environment decides.

    allows_plain_text: whether the endpoint, which the environment may name, may be another machine
        without TLS.
    """

    region: str
    endpoint_url: str
    profile: str
    wire: str
    allows_plain_text: bool = False

    @property
    def options(self) -> Options:
        """The options for a wire."""
        from .wire.aws.configuration import Options

        return Options(
            self.region,
            self.endpoint_url,
            self.profile,
            allows_plain_text=self.allows_plain_text,
        )


def parse(url: DatabaseUrl) -> DynamoUrl:
    """The region or endpoint that a URL names."""
    url.check_options(
        {"region": (), "tls": ("true", "false"), "profile": (), "wire": ("direct", "botocore")}
    )
    if url.path not in ("", "/"):
        raise url.refused("it has a path after the region or host")
    region, tls = url.options.get("region", ""), url.options.get("tls", "")
    profile, wire = url.options.get("profile", ""), url.options.get("wire", "direct")
    plain = tls == "false"
    if not url.host or is_region(url.host):
        if url.host and region:
            raise url.refused("it names a region twice, as the host and with ?region=")
        return DynamoUrl(url.host or region, "", profile, wire, plain)
    authority = f"127.0.0.1:{_LOCAL_PORT}" if url.host == "local" else url.host
    host = _checked_host(url, authority)
    has_tls = tls == "true" or not (plain or is_loopback(host))
    endpoint_url = f"{'https' if has_tls else 'http'}://{authority}"
    return DynamoUrl(region or region_of_host(host), endpoint_url, profile, wire, plain)


def _checked_host(url: DatabaseUrl, authority: str) -> str:
    """The host's name or address. Refused if its port cannot be used, or if it is no host but a
    misspelt region."""
    host, port = _host_and_port(url, authority)
    if port == 0:
        raise url.refused("its port is 0, where no server listens")
    if port is None and "." not in host and ":" not in host and not is_loopback(host):
        meant = suggested_region(host)
        hint = f", perhaps {meant}" if meant else ""
        raise url.refused(f"{host!r} is neither a region{hint}, nor a host with a port")
    return host


def _host_and_port(url: DatabaseUrl, authority: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{authority}")
        return parts.hostname or "", parts.port
    except ValueError:
        pass  # it quotes the URL
    raise url.refused("its port is no number from 1 to 65535")


def settle(text: str, url: DynamoUrl, around: Surroundings) -> SettledUrl:
    """The URL with a region, and the endpoint that it or the environment names."""
    from .wire.aws.configuration import read_location

    region, endpoint_url = read_location(url.options, around.environ)
    if not region and around.region:
        text = with_option(text, "region", around.region)
    host = urlsplit(endpoint_url).hostname or ""
    return SettledUrl(text, "" if region_of_host(host) else endpoint_url)


def open_wire(name: str, options: Options) -> DynamoWire:
    """Open the wire called `direct` or `botocore`, for callers that block; only it is imported."""
    if name == "botocore":
        from .botocore_wire.blocking import BotocoreWire

        return BotocoreWire(options)
    from .wire.blocking import DirectWire

    return DirectWire(options)


async def open_async_wire(name: str, options: Options) -> AsyncDynamoWire:
    """Open the wire called `direct` or `botocore`, for asyncio."""
    if name == "botocore":
        from .botocore_wire.asynchronous import AsyncBotocoreWire

        return await AsyncBotocoreWire.open(options)
    from .wire.asynchronous import AsyncDirectWire

    return AsyncDirectWire(options)


def _retries(url: DynamoUrl, given: RetryPolicy | None) -> RetryPolicy:
    """The caller's policy, or the standard one with the attempts of the environment."""
    from .wire.aws.configuration import read_max_attempts

    if given is not None:
        return given
    attempts = read_max_attempts(url.options, os.environ)
    standard = RetryPolicy.STANDARD
    return standard if attempts is None else replace(standard, retries=attempts - 1)


def _new_engine(
    rules: Rules,
    tables: Mapping[str, TableDescription],
    names: Mapping[str, str],
    retries: RetryPolicy | None,
) -> SchemaEngine:
    from .engine import DynamoEngine
    from .requests.unprocessed import Resending

    resending = Resending() if retries is None else Resending(retries)
    return DynamoEngine(rules, tables, names, resending=resending)


def _open_wire(url: DynamoUrl, _timeout_s: float) -> Wire:
    from .transport import DynamoTransport

    return DynamoTransport(open_wire(url.wire, url.options))


async def _open_async_wire(url: DynamoUrl, _timeout_s: float) -> AsyncWire:
    from .transport import AsyncDynamoTransport

    return AsyncDynamoTransport(await open_async_wire(url.wire, url.options))


def _checks(url: DynamoUrl, examined: Examination) -> Iterator[Finding]:
    from .checks import check_all

    return check_all(url.options, lambda options: open_wire(url.wire, options), examined)


DRIVER = Driver(
    url_forms="use dynamodb://eu-west-1, dynamodb://localhost:8000 or dynamodb://host:port, "
    "with ?region=, ?tls=, ?profile= or ?wire=botocore",
    rules=RULES,
    parse=parse,
    settle=settle,
    retries=_retries,
    new_engine=_new_engine,
    open_wire=_open_wire,
    open_async_wire=_open_async_wire,
    reading=lambda url: url,
    checks=_checks,
)
