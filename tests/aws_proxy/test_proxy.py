"""The proxy passes on, records, denies and holds."""

from __future__ import annotations

import threading
from http.client import HTTPException

import pytest

from tests.aws_proxy.client import Client, adding
from tests.aws_proxy.gates import Moment
from tests.aws_proxy.proxy import AwsProxy
from tests.aws_proxy.recorded import changes, index_changes


def test_items_pass_byte_for_byte(server: tuple[str, int], client: Client, name: str) -> None:
    client.create(name)
    client.do("PutItem", TableName=name, Item={"a": {"S": "ü"}, "b": {"N": "1.50"}})
    scan = {"TableName": name, "ReturnConsumedCapacity": "TOTAL"}
    assert client.raw("Scan", **scan) == Client(server[1]).raw("Scan", **scan)


def test_what_is_denied_is_named(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    aws.state.denied = {"DescribeTable"}
    code, text = client.refusal("DescribeTable", TableName=name)
    assert code == "AccessDeniedException"
    assert "dynamodb:DescribeTable" in text
    assert f":table/{name}" in text
    aws.state.denied.clear()
    client.table(name)


def test_a_transaction_needs_the_actions_of_its_parts(
    aws: AwsProxy, client: Client, name: str
) -> None:
    client.create(name)
    put = {"Put": {"TableName": name, "Item": {"a": {"S": "1"}}}}
    aws.state.denied = {"TransactWriteItems"}
    client.do("TransactWriteItems", TransactItems=[put])
    aws.state.denied = {"PutItem"}
    code, text = client.refusal("TransactWriteItems", TransactItems=[put])
    assert code == "AccessDeniedException"
    assert "dynamodb:PutItem" in text
    assert f":table/{name}" in text


def test_requests_are_recorded_in_order(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    client.table(name)
    client.add_index(name, "by-b")
    assert [asked.target for asked in aws.asked] == ["CreateTable", "DescribeTable", "UpdateTable"]
    assert [action for action, _ in changes(aws.asked, name)] == ["CreateTable", "UpdateTable"]
    assert index_changes(aws.asked) == [[("Create", "by-b")]]
    aws.forget()
    assert aws.asked == []


@pytest.mark.parametrize("moment", Moment)
def test_a_held_request_ends_before_or_after_it_is_done(
    aws: AwsProxy, client: Client, name: str, moment: Moment
) -> None:
    client.create(name)
    gate = aws.hold("UpdateTable", moment)
    failed: list[Exception] = []

    def update() -> None:
        try:
            client.raw("UpdateTable", **adding(name, "by-b"))
        except (OSError, HTTPException) as error:
            failed.append(error)

    sender = threading.Thread(target=update)
    sender.start()
    assert gate.wait(10)
    is_done = "GlobalSecondaryIndexes" in client.table(name)
    gate.end()
    sender.join(10)
    assert failed
    assert is_done == (moment is Moment.AFTER)
    assert ("GlobalSecondaryIndexes" in client.table(name)) == is_done


def test_a_held_request_goes_on(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    gate = aws.hold(1, Moment.BEFORE)
    said: list[str] = []
    sender = threading.Thread(target=lambda: said.append(client.table(name)["TableName"]))
    sender.start()
    assert gate.wait(10)
    assert said == []
    gate.let_go_on()
    sender.join(10)
    assert said == [name]
