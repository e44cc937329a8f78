"""Remove the tables that tests or demos made: `python -m trueup.testing.cleanup URL PREFIX`.

This is for killed runs; other runs remove their own tables.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from ..engines.connect import find_driver
from ..engines.dynamodb.driver import DynamoUrl, open_wire
from ..engines.dynamodb.errors import NOT_FOUND, TABLE_IN_USE, Failure, read_failure, translate
from ..engines.dynamodb.port import DynamoWire, HttpPayload
from ..errors import ErrorCode, InvalidCall, Place, TrueupError, Unavailable

TIMEOUT_S = 60.0
_LOOK_S = 0.2


def drop_tables(url: str, prefix: str, *, timeout_s: float = TIMEOUT_S) -> list[str]:
    """Delete the tables whose physical names start with `prefix`, and return their names.

    timeout_s: for all tables. This includes waits for tables that are still being created, and for
        a DynamoDB that throttles or does not answer.

    Raises:
        InvalidCall: the prefix is empty, which would mean every table, or the URL is no DynamoDB.
        TrueupError: DynamoDB refuses; tables deleted by then are gone.
    """
    _, where = find_driver(url)
    if not prefix or not isinstance(where, DynamoUrl):
        raise InvalidCall(
            "tables are deleted by a prefix of their names, on DynamoDB",
            code=ErrorCode.INVALID_OPTION,
            where=Place(note="drop_tables"),
            fix="give the URL of a DynamoDB and the prefix that the tables were made with",
        )
    deadline_s = time.monotonic() + timeout_s
    wire = open_wire(where.wire, where.options)
    try:
        names = _table_names(wire, prefix, deadline_s)
        for name in names:
            _call(wire, "DeleteTable", {"TableName": name}, deadline_s)
    finally:
        wire.close()
    return names


def _table_names(wire: DynamoWire, prefix: str, deadline_s: float) -> list[str]:
    """All names that start with the prefix, on all pages of tables."""
    found: list[str] = []
    start: dict[str, str] = {}
    while True:
        page = _call(wire, "ListTables", start, deadline_s)
        found += [name for name in page["TableNames"] if name.startswith(prefix)]
        if "LastEvaluatedTableName" not in page:
            return found
        start = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}


def _call(wire: DynamoWire, target: str, body: dict[str, str], deadline_s: float) -> dict[str, Any]:
    """DynamoDB's answer; a table that is gone is no error.

    Retryable errors are retried: listing and deleting may be repeated.
    """
    payload = HttpPayload(target, json.dumps(body).encode())
    while True:
        reply = wire.perform(payload, deadline_s)
        failure = read_failure(reply)
        if reply.status == 200 or failure.code == NOT_FOUND:
            answer: dict[str, Any] = json.loads(reply.body)
            return answer
        place = Place("dynamodb", table=body.get("TableName", ""))
        error = _translate(failure, place, target)
        if not error.retryable or time.monotonic() + _LOOK_S > deadline_s:
            raise error
        time.sleep(_LOOK_S)


def _translate(failure: Failure, where: Place, target: str) -> TrueupError:
    if failure.code == TABLE_IN_USE:
        return Unavailable(
            "the table is being made or changed",
            where=where,
            native=failure.native,
            fix="call again",
        )
    return translate(failure, where, target)


def main(arguments: list[str] | None = None) -> int:
    """Delete, and print each name. Returns 1 if that failed."""
    parser = argparse.ArgumentParser(prog="python -m trueup.testing.cleanup", description=__doc__)
    parser.add_argument("url", help="such as dynamodb://eu-west-1?profile=tests")
    parser.add_argument("prefix", help="such as trueup-contract-")
    options = parser.parse_args(arguments)
    try:
        names = drop_tables(options.url, options.prefix)
    except TrueupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in [*names, f"{len(names)} tables deleted"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
