"""The checks of DynamoDB, from the region to what the credentials allow.

settings ──► endpoint ──► server, clock ──► credentials ──► permissions of each command
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection, HTTPException

from ...errors import ErrorCode, Place, TrueupError
from ..checks import (
    WAIT_S,
    Examination,
    Finding,
    attempt,
    bad,
    good,
    not_needed,
    refused,
    state_table_finding,
    unknown,
)
from .asking import Answer, arn_of_caller, send, who_asks
from .errors import NOT_FOUND, read_failure, translate
from .health.live import check_live_health
from .hosts import is_loopback
from .permission_checks import check_permissions
from .port import DynamoWire, HttpPayload
from .wire.aws.clock import parse_date
from .wire.aws.configuration import ENDPOINT_REGION, Options, Settings, read_settings
from .wire.aws.endpoint import Endpoint, resolve_endpoint
from .wire.aws.identity import Identities
from .wire.aws.service import DYNAMODB
from .wire.http.reply import Reply

OpenWire = Callable[[Options], DynamoWire]

CLOSE_ENOUGH_S = 60
"""A difference of clocks below this is no reason for a refusal."""

_CLOCK_FIX = "set the clock of this machine, by NTP for example; AWS refuses 5 minutes and more"


def check_all(options: Options, open_wire: OpenWire, examined: Examination) -> Iterator[Finding]:
    """Every check, each finding as soon as there is one."""
    read = attempt("region", lambda: read_settings(options, os.environ))
    if read.result is None:
        yield from filter(None, [read.failed])
        return
    settings = read.result
    yield good("region", f"{settings.region}, {_origin(options, settings)}")
    resolved = attempt("endpoint", lambda: resolve_endpoint(settings, ""))
    if resolved.result is None:
        yield from filter(None, [resolved.failed])
        return
    reached = _reach(resolved.result, settings)
    yield reached
    if reached.fix:
        yield _found_credentials(options)
    else:
        yield from _ask(_for_all_services(options, settings), open_wire, examined, resolved.result)


def _origin(options: Options, settings: Settings) -> str:
    if options.region:
        return "of the URL or the stage"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if os.environ.get(name):
            return f"of {name}"
    is_any = bool(settings.endpoint_url) and settings.region == ENDPOINT_REGION
    return "as none is named for this endpoint" if is_any else "of the profile"


def _for_all_services(options: Options, settings: Settings) -> Options:
    """The options with the endpoint in force: an emulator's is every service's."""
    return (
        replace(options, endpoint_url=settings.endpoint_url) if settings.endpoint_url else options
    )


def _reach(endpoint: Endpoint, settings: Settings) -> Finding:
    """Whether anything listens. A proxy is not looked behind."""
    if endpoint.scheme in settings.proxies:
        return not_needed("endpoint", f"{endpoint.url} is reached through a proxy")
    try:
        with socket.create_connection((endpoint.host, endpoint.port), WAIT_S):
            return good("endpoint", f"{endpoint.url} accepts connections")
    except OSError as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else error.strerror
        return unknown(
            "endpoint",
            f"{endpoint.url} cannot be reached: {why or type(error).__name__}",
            "start the server there, or correct the URL, AWS_ENDPOINT_URL, the region, or the "
            "network (DNS, firewall, VPC endpoint)",
        )


def _found_credentials(options: Options) -> Finding:
    """Whether there are credentials, where nobody answers who could check them."""
    check = "credentials"
    try:
        identity = Identities(options, os.environ).of(DYNAMODB)
        identity.fetch().result(WAIT_S)
    except TrueupError as error:
        return refused(check, error)
    except TimeoutError:
        return unknown(check, "their source does not answer", "look at the network")
    return good(check, "there are some; nobody answers who could check them")


def _ask(
    options: Options, open_wire: OpenWire, examined: Examination, endpoint: Endpoint
) -> Iterator[Finding]:
    """The checks that send requests."""
    opened = attempt("endpoint", lambda: open_wire(options))
    if opened.result is None:
        yield from filter(None, [opened.failed])
        return
    with closing(opened.result) as wire:
        answer = send(wire, HttpPayload("ListTables", b'{"Limit":1}'))
        if answer.reply is None:
            yield _no_reply(answer)
            return
        yield _server(answer.reply, endpoint)
        yield _clock(answer.reply, examined)
        yield from _credentials(wire, answer.reply, examined, endpoint)
        if examined.state_table:
            yield _state_table(wire, examined.state_table)
        if examined.health:
            yield from check_live_health(wire, examined)


def _state_table(wire: DynamoWire, name: str) -> Finding:
    """Whether apply has begun in this account and region."""
    body = json.dumps({"TableName": name}).encode()
    reply = send(wire, HttpPayload("DescribeTable", body)).reply
    if reply is None:
        return unknown("state table", f"no answer about {name}", "look again")
    if reply.status == 200:
        return state_table_finding(name, True)
    failure = read_failure(reply)
    if failure.code == NOT_FOUND:
        return state_table_finding(name, False)
    return refused(
        "state table", translate(failure, Place("dynamodb", table=name), "DescribeTable")
    )


def _no_reply(answer: Answer) -> Finding:
    """Without credentials nothing is sent."""
    error = answer.error
    assert error is not None
    is_about_them = error.where.note == "credentials" or error.code is ErrorCode.INVALID_OPTION
    return refused("credentials" if is_about_them else "endpoint", error)


def _server(reply: Reply, endpoint: Endpoint) -> Finding:
    """What answers: DynamoDB of AWS, or an emulator and its version."""
    said = reply.headers.get(b"server", b"").decode("latin-1")
    if endpoint.host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
        return good("server", "DynamoDB of AWS")
    if said.startswith("Jetty"):
        return good("server", "DynamoDB Local")
    version = _ministack_version(endpoint) if is_loopback(endpoint.host) else ""
    if version:
        return good("server", f"ministack {version}")
    return good("server", "an emulator, or a server of your own")


def _ministack_version(endpoint: Endpoint) -> str:
    """Source: https://github.com/ministackorg/ministack (its health page)"""
    if endpoint.scheme != "http":
        return ""
    with closing(HTTPConnection(endpoint.host, endpoint.port, timeout=WAIT_S)) as connection:
        try:
            connection.request("GET", "/_ministack/health")
            said = json.loads(connection.getresponse().read(64 * 1024))
        except (OSError, HTTPException, ValueError, RecursionError):
            return ""
    version = said.get("version", "") if isinstance(said, dict) else ""
    return version if isinstance(version, str) and version.replace(".", "").isalnum() else ""


def _clock(reply: Reply, examined: Examination) -> Finding:
    """This machine's clock beside the server's, in whole seconds."""
    server_epoch_s = parse_date(reply.headers.get(b"date", b""))
    if server_epoch_s is None:
        return unknown("clock", "the server says no time", _CLOCK_FIX)
    skew_s = int(examined.clock()) - server_epoch_s
    if abs(skew_s) < CLOSE_ENOUGH_S:
        return good("clock", f"within {max(1, abs(skew_s))} s of the server's")
    direction = "ahead of" if skew_s > 0 else "behind"
    return bad("clock", f"{abs(skew_s)} s {direction} the server's", _CLOCK_FIX)


def _credentials(
    wire: DynamoWire, reply: Reply, examined: Examination, endpoint: Endpoint
) -> Iterator[Finding]:
    failure = None if reply.status == 200 else read_failure(reply)
    if failure is not None:
        error = translate(failure, Place("dynamodb"), "ListTables")
        if error.code is not ErrorCode.ACCESS_DENIED:
            yield refused("credentials", error)
            return
    answer = who_asks(wire)
    arn = arn_of_caller(answer)
    if arn:
        yield good("credentials", arn)
        yield from check_permissions(wire, examined.principal or arn, examined, endpoint)
    elif endpoint.host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
        why = answer.code or (answer.error.what if answer.error else "its reply has no ARN")
        fix = "allow HTTPS to sts of the region; the credentials themselves are accepted"
        yield unknown("credentials", f"accepted, but STS does not say whose they are: {why}", fix)
    else:
        yield not_needed("credentials", "this server does not say who asks, and lets everybody")
