"""Logins: the user and the password of a connection, asked for when it is opened, so that what
rotates needs no restart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import field
from typing import Protocol, TypeAlias

from ...._dataclass import dataclass
from ....errors import ErrorCode, InvalidCall, NeedsOperator, Place, TrueupError
from ....expressions.values import is_text

Password: TypeAlias = Callable[[], str]
"""Returns the password of a connection that is being opened."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who connects. Empty: the URL says it, the environment, or the password file.

    host, port, database: for what the URL leaves open; port 0 for none.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int = 0
    database: str = ""


NO_LOGIN = Login()
_TEXTS = ("username", "password", "host", "dbname")


class Logins(Protocol):
    """A source of logins. Its methods may wait for a server until a deadline."""

    def current(self, deadline_s: float) -> Login:
        """The login for a new connection."""
        ...

    def renewed(self, refused: Login, deadline_s: float) -> Login:
        """The login after one was refused, as it may have been changed meanwhile."""
        ...


class CalledLogins:
    """The passwords that a function returns, called for each connection."""

    __slots__ = ("_password", "_where")

    def __init__(self, password: Password, where: Place) -> None:
        self._password = password
        self._where = where

    def current(self, deadline_s: float) -> Login:  # noqa: ARG002 - the port has it
        """What the function returns now.

        Raises:
            NeedsOperator: it failed, or returned no text. Its own TrueupErrors pass.
        """
        try:
            password = self._password()
        except TrueupError:
            raise
        except Exception as error:  # noqa: BLE001 - its words may have the password
            failure = f"raised {type(error).__name__}"
        else:
            if _can_be_sent(password):
                return Login(password=password)
            failure = "returned no text that can be sent"
        raise self._failed(failure)

    def renewed(self, refused: Login, deadline_s: float) -> Login:  # noqa: ARG002 - as above
        """What the function returns now."""
        return self.current(deadline_s)

    def _failed(self, how: str) -> NeedsOperator:
        return NeedsOperator(
            f"the function that gives the password {how}",
            where=self._where,
            code=ErrorCode.CREDENTIALS_REFUSED,
            fix="correct the function that connect() got as password=",
        )


class SecretLogins:
    """The login in a secret, which is read once, and again when it is refused.

    read: returns the text of the secret by a deadline.
    """

    __slots__ = ("_kept", "_read", "_where")

    def __init__(self, read: Callable[[float], str], where: Place) -> None:
        self._read = read
        self._where = where
        self._kept: Login | None = None

    def current(self, deadline_s: float) -> Login:
        """The login that was read last."""
        return self._kept or self._fetch(deadline_s)

    def renewed(self, refused: Login, deadline_s: float) -> Login:
        """The login in the secret by now, unless another caller has read it meanwhile."""
        kept = self._kept
        return self._fetch(deadline_s) if kept is None or kept == refused else kept

    def _fetch(self, deadline_s: float) -> Login:
        self._kept = login = parse_secret(self._read(deadline_s), self._where)
        return login


def parse_secret(text: str, where: Place) -> Login:
    """The login in a secret, whose text is JSON as RDS writes it.

    Raises NeedsOperator if it is none; its text is not shown.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _unusable("is no JSON object", where)
    texts = {name: found[name] for name in _TEXTS if found.get(name, "") != ""}
    port = str(found.get("port", "0"))
    for name, value in texts.items():
        if not _can_be_sent(value):
            raise _unusable(f"has a {name} that is no text that can be sent", where)
    if not {"username", "password"} <= texts.keys():
        raise _unusable("has no username, or no password", where)
    if not (port.isascii() and port.isdigit() and int(port[:6]) < 65_536):
        raise _unusable("has a port that is no number from 1 to 65535", where)
    return Login(
        texts["username"],
        texts["password"],
        texts.get("host", ""),
        int(port),
        texts.get("dbname", ""),
    )


def _can_be_sent(value: object) -> bool:
    """Whether it is a text that libpq can send: not empty, without NUL, and UTF-8."""
    return type(value) is str and value != "" and "\0" not in value and is_text(value)


def _unusable(what: str, where: Place) -> NeedsOperator:
    return NeedsOperator(
        f"the secret {what}",
        where=where,
        code=ErrorCode.CREDENTIALS_REFUSED,
        fix='write it as RDS does: {"username": "…", "password": "…", "host": "…", "port": 5432}',
    )


def no_second_password(where: Place) -> InvalidCall:
    """The error of a password for a URL that says where its own comes from."""
    return InvalidCall(
        "the URL says where the password comes from, and connect() got password= too",
        where=where,
        code=ErrorCode.INVALID_OPTION,
        fix="leave out one of them",
    )
