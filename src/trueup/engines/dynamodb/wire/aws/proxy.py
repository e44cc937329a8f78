"""Proxies: refused, because this wire speaks to none, unless NO_PROXY exempts the endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from .....errors import UnsupportedByEngine
from .endpoint import Endpoint


def refuse_proxy(endpoint: Endpoint, proxies: Mapping[str, str]) -> None:
    """Raises UnsupportedByEngine where `endpoint` is to be reached through a proxy.

    proxies: by scheme, and `no` for the hosts to be reached without, as urllib has them.
    """
    if endpoint.scheme not in proxies:
        return
    # 20 ms that few programs need; typeshed does not know it, botocore uses it.
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

    if not proxy_bypass_environment(endpoint.authority, dict(proxies)):
        raise UnsupportedByEngine(
            f"{endpoint.scheme.upper()}_PROXY is set, and this wire speaks to no proxy",
            where=endpoint.where,
            fix="use the botocore wire (?wire=botocore in the URL), or name the endpoint's host "
            "in NO_PROXY",
        )
