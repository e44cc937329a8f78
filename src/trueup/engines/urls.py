"""Database URLs: which engine they name, and what they say to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .._dataclass import dataclass
from ..errors import ErrorCode, InvalidCall, Place

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
_LOCAL_PORT = 8000
"""Where DynamoDB Local and most emulators listen.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html"""

_WIRES = ("direct", "botocore")
_FIXES = {
    "sqlite": "use sqlite:///relative/file.db, sqlite:////absolute/file.db or sqlite://, with "
    "?mode=ro to refuse writes",
    "dynamodb": "use dynamodb://eu-west-1, dynamodb://localhost:8000 or dynamodb://host:port, "
    "with ?region=, ?tls=true, ?profile= or ?wire=botocore",
}


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """A file; None is a database in memory."""

    path: Path | None
    read_only: bool


@dataclass(frozen=True, slots=True)
class DynamoUrl:
    """A region of AWS, or an endpoint. region: empty where the environment has to say."""

    region: str
    endpoint_url: str
    profile: str
    wire: str


def parse_url(url: str) -> SqliteUrl | DynamoUrl:
    """What a URL says.

    Raises InvalidCall (invalid-url) where no engine serves it.
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(pairs)
    is_plain = len(options) == len(pairs) and not parts.fragment and "@" not in parts.netloc
    if parts.scheme == "sqlite" and is_plain and not parts.netloc:
        return _sqlite(parts.path, options)
    if parts.scheme == "dynamodb" and is_plain and parts.path in ("", "/"):
        return _dynamodb(parts.netloc, options)
    raise _refused(parts.scheme)


def _sqlite(path: str, options: Mapping[str, str]) -> SqliteUrl:
    if options.get("mode", "ro") != "ro" or set(options) - {"mode"}:
        raise _refused("sqlite")
    name = unquote(path).removeprefix("/")
    return SqliteUrl(Path(name) if name else None, read_only="mode" in options)


def _dynamodb(authority: str, options: Mapping[str, str]) -> DynamoUrl:
    unknown = set(options) - {"region", "tls", "profile", "wire"}
    is_known = options.get("wire", "direct") in _WIRES and options.get("tls", "true") == "true"
    if unknown or not is_known:
        raise _refused("dynamodb")
    profile, wire = options.get("profile", ""), options.get("wire", "direct")
    region = options.get("region", "")
    if not authority or _REGION.fullmatch(authority):
        if authority and region:
            raise _refused("dynamodb")
        return DynamoUrl(authority or region, "", profile, wire)
    host = f"127.0.0.1:{_LOCAL_PORT}" if authority == "local" else authority
    scheme = "https" if "tls" in options else "http"
    return DynamoUrl(region, f"{scheme}://{host}", profile, wire)


def _refused(scheme: str) -> InvalidCall:
    return InvalidCall(
        "no engine serves this URL",
        code=ErrorCode.INVALID_URL,
        where=Place(note=f"scheme {scheme or 'missing'}"),
        fix=_FIXES.get(scheme, "; ".join(_FIXES.values())),
    )
