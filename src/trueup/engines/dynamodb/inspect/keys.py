"""The keys that encrypt tables: whose they are, and whether an alias names one.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ....errors import DeadlineExceeded, TrueupError
from ....operations.operation import Operation, Request, send
from ....schema.facts import Unknown, Value
from ..codec.values import decode_body, reading
from ..denied import NOT_ALLOWED
from ..errors import read_failure
from ..requests.replies import request_of
from ..wire.aws.service import KMS
from ..wire.http.reply import Reply
from .parts import part_in, text_in

_ACTION = "DescribeKey"
_OWNERS = {"AWS": "aws", "CUSTOMER": "customer"}
Key = Mapping[str, str]


def read_encryption(table: str, found: Value, wanted: Value) -> Operation[Value]:
    """The encryption of a live table, with the owner of its key; the key in the words of the
    declaration, if it names the same key. wanted: the declared encryption; None if undeclared.
    """
    if not isinstance(found, Mapping) or found.get("type") != "kms":
        return found
    declared = wanted.get("key") if isinstance(wanted, Mapping) else None
    arn = found.get("key")
    told = dict(found)
    if isinstance(told["owner"], Unknown) and isinstance(arn, str):
        key = yield from _look(table, arn)
        told["owner"] = key if isinstance(key, Unknown) else _owner(key)
    if isinstance(declared, str) and declared != arn and ":key/" not in declared:
        key = yield from _look(table, declared)
        if isinstance(key, Unknown):
            told["key"] = key
        elif key["Arn"] == arn:
            told["key"] = declared
    return told


def _owner(key: Key) -> Value:
    return _OWNERS.get(key["KeyManager"], Unknown("KMS does not tell whose key it is"))


def _look(table: str, key: str) -> Operation[Key | Unknown]:
    try:
        return (yield from send(_request(table, key)))
    except DeadlineExceeded:
        raise
    except TrueupError as error:  # such as a network without a way to KMS
        return Unknown(f"kms:{_ACTION} of {key} failed: {error.what}")


def _request(table: str, key: str) -> Request[Key | Unknown]:
    def decode(reply: Reply) -> Key | Unknown:
        if reply.status == 200:
            body = decode_body(reply.body)
            with reading():
                found = part_in(body, "KeyMetadata")
                return {name: text_in(found, name) for name in ("Arn", "KeyManager")}
        failure = read_failure(reply)
        if failure.code in NOT_ALLOWED:
            return Unknown(f"the credentials do not allow kms:{_ACTION} on {key}")
        return Unknown(f"kms:{_ACTION} of {key} failed: {failure.native}")

    request = request_of(_ACTION, table, {"KeyId": key}, decode)
    return replace(request, payload=replace(request.payload, service=KMS))
