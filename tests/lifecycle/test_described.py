"""A table beside the live one: there, missing, different, or not known."""

from __future__ import annotations

import json
import socket

import pytest

from tests.lifecycle.places import BY_STATUS, Place, shop
from tests.wire.server import FaultServer, reply
from trueup.cli.answers.describe import table_document, table_lines
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.lifecycle.apply import apply
from trueup.lifecycle.described import Described, describe_table
from trueup.lifecycle.inspection import Intent
from trueup.resilience import RetryPolicy
from trueup.schema.facts import Unknown

LAYER = shop(BY_STATUS)
DENIED = json.dumps({"__type": "x#AccessDeniedException", "message": "no"}).encode()


def described(tables: OpenTables) -> Described:
    return describe_table(tables, tables.open_layer.layer.tables[0])


def lines(tables: OpenTables) -> list[str]:
    found = described(tables)
    table = tables.open_layer.tables[0]
    return [str(line) for line in table_lines(table_document(table, found), found)]


def test_missing_table_is_told_from_one_that_is_there(place: Place) -> None:
    with place.opened(LAYER) as target:
        assert described(target.opened).live is None
        assert f"✗ {place.orders} is not there" in lines(target.opened)
        apply(target, Intent())
        facts = {name: (a, b) for name, a, b in described(target.opened).facts()}
        assert facts["key.partition"] == (["id S"], ["id S"])
        assert facts["index.ByStatus.partition"] == (["status S"], ["status S"])
        assert f"✓ {place.orders} is there" in "\n".join(lines(target.opened))


def test_fact_that_differs_is_marked(place: Place) -> None:
    with place.opened(shop(BY_STATUS)) as target:
        apply(target, Intent())
    with place.opened(shop()) as target:
        assert "index.ByStatus.partition: status S  not declared" in "\n".join(lines(target.opened))


def test_protection_that_the_stage_declares_is_declared(dynamodb_url: str) -> None:
    with open_tables(dynamodb_url, LAYER, table_names="trueup-nobody-{table}") as tables:
        (table,) = tables.open_layer.layer.tables
        for protect, facts in ((True, [True]), (False, [])):
            found = describe_table(tables, table, protect=protect)
            said = [value for name, value, _ in found.facts() if name == "deletion_protection"]
            assert said == facts


@pytest.mark.case("S22")
def test_table_that_may_not_be_described_is_unknown_and_not_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")

    def deny(connection: socket.socket, body: bytes) -> None:
        connection.sendall(reply(DENIED, status=b"400 Bad Request"))

    with FaultServer(otherwise=deny) as server:
        url = f"dynamodb://127.0.0.1:{server.port}"
        with open_tables(url, LAYER, retries=RetryPolicy.NONE) as tables:
            found = described(tables)
            document = table_document(tables.open_layer.tables[0], found)
    assert document.exists is None
    assert "the credentials do not allow dynamodb:DescribeTable" in found.why
    assert all(isinstance(live, Unknown) for _, _, live in found.facts())
    assert not any(b"CreateTable" in head for head in server.heads)
