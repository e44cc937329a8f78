"""The driver of PostgreSQL."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import Place
from ...model.description.tables import TableDescription
from ...operations.engine import Rules
from ...operations.run import AsyncWire, Wire
from ...resilience import RetryPolicy
from ...schema.engine import SchemaEngine
from ..aws_logins import iam_token, read_secret
from ..checks import WAIT_S, Examination, Finding
from ..driver import Driver, SettledUrl, Surroundings
from .limits import RULES
from .login.logins import CalledLogins, Logins, Password, SecretLogins, no_second_password
from .login.urls import FORMS, PostgresUrl, parse

if TYPE_CHECKING:
    from .wire.address import Address


def settle(text: str, _url: PostgresUrl, _around: Surroundings) -> SettledUrl:
    """The URL as it is: it leaves nothing open."""
    return SettledUrl(text)


def _retries(_url: PostgresUrl, given: RetryPolicy | None) -> RetryPolicy:
    return given or RetryPolicy.STANDARD


def _new_engine(
    rules: Rules,
    tables: Mapping[str, TableDescription],
    names: Mapping[str, str],
    _retries: RetryPolicy | None,
) -> SchemaEngine:
    from .engine import PostgresEngine

    return PostgresEngine(rules, tables, names)


def address_of(url: PostgresUrl, timeout_s: float) -> Address:
    """The address for connections. timeout_s: of the longest statement."""
    from .wire.address import Address

    url = url.in_environment(os.environ)
    where = Place("postgres", note=url.spoken)
    return Address(url, timeout_s, where, _logins(url, where))


def _logins(url: PostgresUrl, where: Place) -> Logins | None:
    """The source of passwords that a URL names, or its caller; None for that of libpq."""
    if url.password is not None:
        if url.secret or url.uses_iam:
            raise no_second_password(where)
        return CalledLogins(url.password, where)
    if url.secret:
        place = Place("postgres", note=f"secret {url.secret}")
        return SecretLogins(lambda by: read_secret(url.secret, url.region, place, by), place)
    if url.uses_iam:
        target = url.host, url.port, url.user, url.region
        return CalledLogins(lambda: iam_token(*target, where), where)
    return None


def _with_password(url: PostgresUrl, password: Password) -> PostgresUrl:
    return replace(url, password=password)


def _open_wire(url: PostgresUrl, timeout_s: float) -> Wire:
    address = address_of(url, timeout_s)
    from .wire.blocking import PostgresWire

    return PostgresWire(address, time.monotonic() + timeout_s)


async def _open_async_wire(url: PostgresUrl, timeout_s: float) -> AsyncWire:
    address = address_of(url, timeout_s)
    from .wire.asynchronous import AsyncPostgresWire

    return await AsyncPostgresWire.open(address, time.monotonic() + timeout_s)


def _checks(url: PostgresUrl, examined: Examination) -> Iterator[Finding]:
    from .checks import check_all

    return check_all(lambda: address_of(url, WAIT_S), examined)


DRIVER = Driver(
    url_forms=FORMS,
    rules=RULES,
    parse=parse,
    settle=settle,
    retries=_retries,
    new_engine=_new_engine,
    open_wire=_open_wire,
    open_async_wire=_open_async_wire,
    reading=lambda url: url,
    checks=_checks,
    with_password=_with_password,
)
