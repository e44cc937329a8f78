"""Hosts of URLs: regions, misspelt regions, and this machine.

Others may read plain text on the way, or answer in the server's name: it is for this machine only,
unless the caller says otherwise.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
_REGION_WRITTEN = (
    r"(us|eu|ap|sa|ca|me|af|il|mx|cn)(gov)?"
    r"(northeast|northwest|southeast|southwest|north|south|east|west|central)([0-9])"
)
"""A region without its hyphens."""

_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_OF_AWS = re.compile(r"(?:.+\.)?dynamodb\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?")
"""The endpoints of a region, or of a private network in it.

Source: https://docs.aws.amazon.com/general/latest/gr/ddb.html"""


def is_region(name: str) -> bool:
    """Whether a name has the form of a region: `eu-west-1`."""
    return _REGION.fullmatch(name) is not None


def suggested_region(name: str) -> str:
    """The region that a name may mean: `eu-west-1` for `EU_west1`; empty if there is none."""
    found = re.fullmatch(_REGION_WRITTEN, re.sub(r"[^0-9a-z]", "", name.lower()))
    return "-".join(filter(None, found.groups())) if found else ""


def region_of_host(host: str) -> str:
    """The region of one of AWS's own endpoints; empty for any other host."""
    found = _OF_AWS.fullmatch(host)
    return found[1] if found else ""


def is_loopback(host: str) -> bool:
    """Whether a host is surely this machine; an unusual spelling counts as another machine."""
    return _LOOPBACK.fullmatch(host) is not None


def plain_text_host(url: str) -> str:
    """The other machine to which an endpoint's URL sends plain text; empty if there is none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""  # no URL: the parser refuses it
    return "" if parts.scheme != "http" or is_loopback(host) else host
