"""Driver: the part of an engine that `connect()` needs. Each engine has its own in `driver.py`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar
from unicodedata import category
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from .._dataclass import dataclass
from ..errors import ErrorCode, InvalidCall, Place
from ..model.description.tables import TableDescription
from ..operations.engine import Rules
from ..operations.run import AsyncWire, Wire
from ..resilience import RetryPolicy
from ..schema.engine import SchemaEngine
from .checks import Checks

A = TypeVar("A")

NewEngine: TypeAlias = Callable[
    [Rules, Mapping[str, TableDescription], Mapping[str, str], RetryPolicy | None], SchemaEngine
]
"""Takes the rules in force, a layer's tables by name, their physical names, and the policy."""


_OPTION = re.compile("[a-z_]+")


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """The parts of a URL, `scheme://host/path?options`. forms: the accepted forms, for errors."""

    scheme: str
    host: str
    path: str
    options: Mapping[str, str]
    forms: str

    def check_options(self, allowed: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse an option or its value. allowed: name to values, an empty tuple for any value.

        Raises InvalidCall (invalid-url).
        """
        for name, value in self.options.items():
            if name not in allowed:
                if value and _OPTION.fullmatch(name):
                    raise self.refused(f"there is no option {name}")
                # What follows an "&" may be the rest of a password.
                raise self.refused("one of its options has a name that no option has")
            if allowed[name] and value not in allowed[name]:
                raise self.refused(f"the option {name} is {' or '.join(allowed[name])}")

    def refused(self, what: str) -> InvalidCall:
        """The error for this URL, without the URL itself, which may hold a secret."""
        return refused_url(what, self.scheme, self.forms)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a URL leaves open, and where that is found.

    folder: relative files are below it; None for the working directory.
    region: for requests, if neither the URL nor the environment nor a profile names one.
    """

    environ: Mapping[str, str]
    folder: Path | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class SettledUrl:
    """A URL that leaves nothing open.

    custom_endpoint: where requests go, if that is not the service's own address: an emulator, for
        example. Empty for the service itself, and for engines without a service.
    """

    url: str
    custom_endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Driver(Generic[A]):
    """Opens the databases of one engine. A: the engine's parsed URL.

    url_forms: the accepted URLs, for errors. rules: the engine's limits, for every layer.
    parse: raises InvalidCall (invalid-url).
    settle: takes a URL as it is written, and parsed.
    retries: from the caller's policy to the policy in force; None if requests cross no network.
    open_wire, open_async_wire: called with the seconds that opening may take.
    reading: the address for callers who only read: what is not there is not made for them, and
        need not be writable; a database that is not there is an empty one.
    checks: finds out whether the database can be used, for `trueup doctor`.
    with_password: the URL with a source of passwords; None if the engine takes none.
    """

    url_forms: str
    rules: Rules
    parse: Callable[[DatabaseUrl], A]
    settle: Callable[[str, A, Surroundings], SettledUrl]
    retries: Callable[[A, RetryPolicy | None], RetryPolicy | None]
    new_engine: NewEngine
    open_wire: Callable[[A, float], Wire]
    open_async_wire: Callable[[A, float], Awaitable[AsyncWire]]
    reading: Callable[[A], A]
    checks: Checks[A]
    with_password: Callable[[A, Callable[[], str]], A] | None = None


def split_url(url: str, forms: str) -> DatabaseUrl:
    """The parts of a URL.

    Raises InvalidCall (invalid-url) if it has parts that no engine reads.
    """
    _check_readable(url, forms)
    parts = _parts(url)
    if parts is None:
        raise refused_url("its host is no address", url.partition(":")[0], forms)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    split = DatabaseUrl(parts.scheme, parts.netloc, parts.path, dict(pairs), forms)
    if "@" in split.host:
        raise split.refused("it names a user, and no engine takes one from a URL")
    if parts.fragment:
        raise split.refused('it has a fragment; a "#" in a name is written %23')
    if len(split.options) < len(pairs):
        raise split.refused("an option is given twice")
    return split


def with_option(url: str, name: str, value: str) -> str:
    """The URL with one more option; `value` as it is meant, not encoded."""
    return f"{url}{'&' if '?' in url else '?'}{name}={quote(value, safe='')}"


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # it may quote a password
        return None


def _check_readable(url: str, forms: str) -> None:
    """Refuse what parsers, and the systems below, would leave out or take for an end.

    Source: https://docs.python.org/3/library/urllib.parse.html#url-parsing-security
    """
    scheme, _, rest = url.partition(":")
    if not rest.startswith("//"):
        raise refused_url("two slashes follow the colon of its scheme", scheme, forms)
    try:
        readable = unquote(url, errors="strict")
    except UnicodeDecodeError as error:
        raise refused_url("its encoded text is not UTF-8", scheme, forms) from error
    if any(category(character) == "Cc" for character in readable):
        raise refused_url("it has a control character", scheme, forms)


def refused_url(what: str, scheme: str, fix: str) -> InvalidCall:
    """The error for a URL that cannot be used."""
    return InvalidCall(
        f"the URL cannot be used: {what}",
        code=ErrorCode.INVALID_URL,
        where=Place(note=f"scheme {scheme or 'missing'}"),
        fix=fix,
    )
