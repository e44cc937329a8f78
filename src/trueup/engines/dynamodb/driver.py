"""The driver of DynamoDB: URLs name a region or an endpoint, and the wire to it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..._dataclass import dataclass
from ...model.description.tables import TableDescription
from ...operations.engine import Rules
from ...operations.run import AsyncWire, Wire
from ...resilience import RetryPolicy
from ...schema.engine import SchemaEngine
from ..driver import DatabaseUrl, Driver
from .limits import RULES

if TYPE_CHECKING:
    from .port import AsyncDynamoWire, DynamoWire
    from .wire.aws.configuration import Options

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
_LOCAL_PORT = 8000
"""Where DynamoDB Local and most emulators listen.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html"""


@dataclass(frozen=True, slots=True)
class DynamoUrl:
    """A region of AWS, or an endpoint. region: empty where the environment has to say."""

    region: str
    endpoint_url: str
    profile: str
    wire: str

    @property
    def options(self) -> Options:
        """What it says to a wire."""
        from .wire.aws.configuration import Options

        return Options(self.region, self.endpoint_url, self.profile)


def parse(url: DatabaseUrl) -> DynamoUrl:
    """The region or endpoint that a URL names."""
    url.check_options(
        {"region": (), "tls": ("true",), "profile": (), "wire": ("direct", "botocore")}
    )
    if url.path not in ("", "/"):
        raise url.refused("it has a path after the region or host")
    region, profile = url.options.get("region", ""), url.options.get("profile", "")
    wire = url.options.get("wire", "direct")
    if not url.host or _REGION.fullmatch(url.host):
        if url.host and region:
            raise url.refused("it names a region twice, as the host and with ?region=")
        return DynamoUrl(url.host or region, "", profile, wire)
    host = f"127.0.0.1:{_LOCAL_PORT}" if url.host == "local" else url.host
    scheme = "https" if "tls" in url.options else "http"
    return DynamoUrl(region, f"{scheme}://{host}", profile, wire)


def open_wire(name: str, options: Options) -> DynamoWire:
    """The wire called `direct` or `botocore`, for callers that block; only that is imported."""
    if name == "botocore":
        from .botocore_wire.blocking import BotocoreWire

        return BotocoreWire(options)
    from .wire.blocking import DirectWire

    return DirectWire(options)


async def open_async_wire(name: str, options: Options) -> AsyncDynamoWire:
    """The wire called `direct` or `botocore`, for asyncio."""
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


DRIVER = Driver(
    url_forms="use dynamodb://eu-west-1, dynamodb://localhost:8000 or dynamodb://host:port, "
    "with ?region=, ?tls=true, ?profile= or ?wire=botocore",
    rules=RULES,
    parse=parse,
    retries=_retries,
    new_engine=_new_engine,
    open_wire=_open_wire,
    open_async_wire=_open_async_wire,
)
