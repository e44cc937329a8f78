"""Cursors: the position of a query, as text that is bound to that query.

A cursor holds the key of the last consumed item (readable, not encrypted) and a checksum. With a
`cursor_key` the checksum is an HMAC, so that untrusted clients cannot make their own cursors.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from ..._dataclass import dataclass
from ..._kinds import kind_of_value
from ...errors import CursorRefused, Place
from ..actions import Position, Query, Scan

_DIGEST_BYTES = 12
_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors. secret: signs them; empty for a checksum against accidents."""

    secret: bytes = b""

    def write(self, plan: str, positions: list[Position | None]) -> str:
        """The cursor after `positions`, one per shard; None for a shard that has not begun."""
        payload = json.dumps(
            [
                _FORMAT,
                [
                    None if position is None else [_tag(value) for value in position]
                    for position in positions
                ],
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        return base64.urlsafe_b64encode(self._digest(plan, payload) + payload).decode()

    def read(self, plan: str, cursor: object, where: Place) -> list[Position | None]:
        """The positions in a cursor. Raises CursorRefused if it belongs to another query.

        Without a secret, anyone can make a cursor: only its form is checked.
        """
        if not isinstance(cursor, str):
            raise refused_cursor(f"it is {kind_of_value(cursor)}, not a text", where)
        raw = _raw(cursor)
        if raw is None:
            raise refused_cursor("it is damaged", where)
        digest, payload = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if not hmac.compare_digest(digest, self._digest(plan, payload)):
            raise refused_cursor(
                "it is damaged, forged, or of another query, table, filter or order", where
            )
        read = _content(payload)
        if read is None:
            raise refused_cursor("it is damaged or forged", where)
        version, positions = read
        if version != _FORMAT:
            raise refused_cursor("another version of Trueup made it", where)
        return positions

    def _digest(self, plan: str, payload: bytes) -> bytes:
        bound = plan.encode("utf-8", "surrogatepass") + b"\x00" + payload
        return hmac.digest(self.secret, bound, "sha256")[:_DIGEST_BYTES]


def plan_fingerprint(action: Query | Scan, table: str, entity: str = "") -> str:
    """The identity of a query: everything that decides which items come in which order.

    table: its name in the database.
    """
    parts: list[Any] = [type(action).__name__, table, entity]
    parts.append(action.index.name if action.index else None)
    if isinstance(action, Query):
        parts += [action.partition, action.sort, action.ascending]
    else:
        parts += [action.segment, action.segments]
    parts.append(action.filter)
    return hashlib.sha256(_stable(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _stable(value: Any) -> str:
    """A text that is the same in every process: sets are sorted."""
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(_stable, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_stable, value)) + "]"
    if is_dataclass(value):
        contents = [getattr(value, field.name) for field in fields(value)]
        return type(value).__name__ + _stable(contents)
    return f"{type(value).__name__}:{value!r}"


def _tag(value: Any) -> Any:
    """Tag bytes and exact decimals, which JSON lacks."""
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode()}
    return {"N": str(value)} if isinstance(value, Decimal) else value


def _untag(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["B"]) if "B" in value else Decimal(value["N"])
    return value


def refused_cursor(why: str, where: Place) -> CursorRefused:
    """The error for a cursor that this query cannot go on from."""
    return CursorRefused(
        f"the cursor cannot be used: {why}",
        where=where,
        fix="pass a cursor that this same query gave, or begin again without one",
    )


def _raw(cursor: str) -> bytes | None:
    try:
        return base64.b64decode(cursor, altchars=b"-_", validate=True)
    except ValueError:  # it may hold the cursor, and a cursor holds keys
        return None


def _content(payload: bytes) -> tuple[Any, list[Position | None]] | None:
    """The version and the positions; None for what no Trueup wrote."""
    try:
        version, positions = json.loads(payload)
        return version, [
            None if position is None else tuple(map(_untag, position)) for position in positions
        ]
    except (TypeError, ValueError, KeyError, ArithmeticError, RecursionError):
        return None  # JSON's error holds the payload
