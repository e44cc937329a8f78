"""Endpoints: the servers of requests, by AWS's rules.

The common case, a commercial region over IPv4, is decided here; botocore's rules decide FIPS, dual
stack and the other partitions (China, GovCloud, …).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from ....._dataclass import dataclass
from .....errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from .configuration import Settings
from .sdk import resolve_by_rules
from .service import DYNAMODB

_COMMERCIAL = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", re.ASCII)
"""`regionRegex` of the partition `aws` in botocore's partitions.json."""

_DUAL_STACK = re.compile(r"dynamodb\.[^/]*\.(api|cloud-aws)\.")
"""Names that AWS's rules refuse as custom endpoints."""

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server, and the region in its signatures."""

    scheme: str
    host: str
    port: int
    region: str

    @property
    def authority(self) -> str:
        """The header Host: without the port if it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL of the server."""
        return f"{self.scheme}://{self.authority}"

    @property
    def spoken(self) -> str:
        """Its name, and its region if the name does not say it, as AWS's own names do."""
        is_said = not self.region or self.region in self.host
        return self.url if is_said else f"{self.url}, region {self.region}"

    @property
    def where(self) -> Place:
        """The place of errors about this server."""
        return Place("dynamodb", note=self.url)


def resolve_endpoint(settings: Settings, account_id: str) -> Endpoint:
    """The endpoint for these settings and this account; may import botocore.

    Raises:
        InvalidCall: the settings contradict each other.
        UnsupportedByEngine: botocore is needed, and not installed.
    """
    found = resolve_common_endpoint(settings, account_id)
    if found is None:
        found = parse_endpoint(*resolve_by_rules(settings, account_id))
    return found


def resolve_common_endpoint(settings: Settings, account_id: str) -> Endpoint | None:
    """The endpoint, if only the region decides; None if AWS's rules have to decide.

    Source: https://docs.aws.amazon.com/general/latest/gr/ddb.html
    and https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html
    """
    region, host = settings.region, settings.service.host
    if settings.use_fips or settings.use_dual_stack:
        return None
    if settings.endpoint_url:
        if _DUAL_STACK.search(settings.endpoint_url):
            return None
        return parse_endpoint(settings.endpoint_url, region)
    if not _COMMERCIAL.fullmatch(region):
        return None
    if settings.service.one_region:
        return Endpoint("https", f"{host}.amazonaws.com", 443, settings.service.one_region)
    if settings.account_id_mode == "disabled" or settings.service is not DYNAMODB:
        account_id = ""
    elif not account_id and settings.account_id_mode == "required":
        return None
    if not account_id:
        return Endpoint("https", f"{host}.{region}.amazonaws.com", 443, region)
    if not _ACCOUNT_ID.fullmatch(account_id):
        return None
    return Endpoint("https", f"{account_id}.ddb.{region}.amazonaws.com", 443, region)


def refuse_proxy(endpoint: Endpoint, proxies: Mapping[str, str]) -> None:
    """Raise UnsupportedByEngine if the way to `endpoint` leads through a proxy.

    proxies: by scheme, and `no` for the hosts that need no proxy, as in urllib.
    """
    if endpoint.scheme not in proxies:
        return
    # 20 ms that few programs need; typeshed does not know the function, botocore uses it.
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

    if not proxy_bypass_environment(endpoint.authority, dict(proxies)):
        raise UnsupportedByEngine(
            f"{endpoint.scheme.upper()}_PROXY is set, and this wire speaks to no proxy",
            where=endpoint.where,
            fix="use the botocore wire (?wire=botocore in the URL), or name the endpoint's host "
            "in NO_PROXY",
        )


def parse_endpoint(url: str, region: str) -> Endpoint:
    """The endpoint that a URL names.

    Raises:
        InvalidCall: the URL is not `http://host` or `https://host`, with or without a port.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if _is_refused(url) or parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise InvalidCall(
            "the endpoint is no address this engine can use",
            code=ErrorCode.INVALID_URL,
            where=Place("dynamodb", note="endpoint URL"),
            fix="use http://host:port or https://host:port, without path, query or user name",
        )
    return Endpoint(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], region)


def _is_refused(url: str) -> bool:
    """Whether a URL has more parts than a scheme, a host and a port."""
    return re.fullmatch(r"\w+://[0-9A-Za-z._:\[\]-]+/?", url, re.ASCII) is None
