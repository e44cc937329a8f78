"""Hosts of URLs: what is a region, what is one misspelt, and which host is this machine.

Plain text may be read by whoever is on the way, and answered by whoever has the name: it is for
this machine only, unless the caller says otherwise.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
_REGION_WRITTEN = re.compile(
    r"(us|eu|ap|sa|ca|me|af|il|mx|cn)(gov)?"
    r"(northeast|northwest|southeast|southwest|north|south|east|west|central)([0-9])"
)
"""A region without its hyphens."""

_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_OF_AWS = re.compile(r"(?:.+\.)?dynamodb\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?")
"""Endpoints of a region, or of a private network in it.

Source: https://docs.aws.amazon.com/general/latest/gr/ddb.html"""


def is_region(name: str) -> bool:
    """Whether a name has the form of a region: `eu-west-1`."""
    return _REGION.fullmatch(name) is not None


def suggested_region(name: str) -> str:
    """The region that a name was meant to be: `eu-west-1` for `EU_west1`; empty for no idea."""
    found = _REGION_WRITTEN.fullmatch(re.sub(r"[^0-9a-z]", "", name.lower()))
    return "-".join(filter(None, found.groups())) if found else ""


def region_of_host(host: str) -> str:
    """The region of one of AWS's own endpoints; empty for any other host."""
    found = _OF_AWS.fullmatch(host)
    return found[1] if found else ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine. What may be another one, by another spelling, is not."""
    return _LOOPBACK.fullmatch(host) is not None


def plain_text_host(url: str) -> str:
    """The host of another machine that an endpoint's URL sends plain text to; empty for none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""  # no URL: refused where it is parsed
    return "" if parts.scheme != "http" or is_loopback(host) else host
