"""A botocore client with the user's settings and our parts."""

from __future__ import annotations

import os
from typing import Any, Protocol

from ..wire.aws.configuration import (
    CONNECT_TIMEOUT_S,
    ENDPOINT_REGION,
    Options,
    check_endpoint,
)
from ..wire.aws.service import Service
from .errors import not_opened
from .exchange import WHERE, ReplyParsers, put_body, take_reply
from .sdk import Config, Session, exceptions, get_cert_path
from .sending import Sender, SendingEvents


class Client(Protocol):
    """The used part of a botocore client, whose methods are made at run time."""

    meta: Any

    def close(self) -> None:
        """Close its connections."""


def open_client(options: Options, service: Service) -> tuple[Client, Sender]:
    """The client of a service, and the sender of its requests; the caller closes both.

    Raises:
        NeedsOperator, InvalidCall: botocore cannot make a client of the settings.
    """
    events = SendingEvents(f"before-send.{service.name}.")
    try:
        session = Session(profile=options.profile or None, event_hooks=events)
        session.register_component("response_parser_factory", ReplyParsers())
        events.sender = Sender(options, _ca_bundle(session))
        client = _create_client(session, options, service)
        check_endpoint(client.meta.endpoint_url, options)
    except (exceptions.BotoCoreError, ValueError) as error:
        raise not_opened(error, WHERE) from error
    client.meta.events.register(f"before-call.{service.name}", put_body)
    client.meta.events.register(f"before-parse.{service.name}", take_reply)
    return client, events.sender


def _create_client(session: Session, options: Options, service: Service) -> Client:
    given = options.credentials
    client: Client = session.create_client(
        service.model,
        region_name=_region(session, options),
        endpoint_url=options.endpoint_url or None,
        aws_access_key_id=given.access_key if given else None,
        aws_secret_access_key=given.secret_key if given else None,
        aws_session_token=(given.token or None) if given else None,
        config=_make_config(session, options),
    )
    return client


def _make_config(session: Session, options: Options) -> Config:
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=options.connect_timeout_s or CONNECT_TIMEOUT_S,
        read_timeout=options.read_timeout_s,
        max_pool_connections=options.most_connections,
        user_agent_extra="trueup",
        user_agent_appid=session.get_config_variable("user_agent_appid"),
    )
    # botocore would write this header twice in each call, with counts of its own features.
    agent = session.get_component("user_agent_creator").with_client_config(config).to_string()
    return config.merge(Config(user_agent=agent, user_agent_extra=None))


def _ca_bundle(session: Session) -> str:
    """The file of certificates that botocore would trust, for a client and a connection."""
    given = session.get_config_variable("ca_bundle")
    if given is None:
        given = os.environ.get("REQUESTS_CA_BUNDLE")
    path: str = get_cert_path(True if given is None else given)
    return path


def _region(session: Session, options: Options) -> str | None:
    """The region, as on our own wire: botocore ignores AWS_REGION, which comes first elsewhere.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    """
    region = options.region or os.environ.get("AWS_REGION")
    found: str | None = region or session.get_config_variable("region")
    return found or (ENDPOINT_REGION if options.endpoint_url else None)
