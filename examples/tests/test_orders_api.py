"""The API of orders, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from examples.orders_api.app import app

ORDER = {"customer": "ada", "number": 1, "total": "12.5"}


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    assert database_url
    with TestClient(app) as client:
        yield client


def test_order_is_created_once_and_read(client: TestClient) -> None:
    created = client.post("/orders", json=ORDER)
    assert (created.status_code, created.json()["status"]) == (201, "open")
    again = client.post("/orders", json=ORDER)
    assert (again.status_code, again.json()) == (409, {"error": "already-exists"})
    assert client.get("/orders/ada/1").json() == created.json()
    assert client.get("/orders/ada/2").status_code == 404


def test_order_is_paid_once(client: TestClient) -> None:
    client.post("/orders", json=ORDER)
    assert client.post("/orders/ada/1/payment").json()["status"] == "paid"
    assert client.post("/orders/ada/1/payment").status_code == 409
    assert client.post("/orders/ada/9/payment").status_code == 404


def test_orders_are_listed_page_by_page(client: TestClient) -> None:
    for number in range(1, 6):
        client.post("/orders", json={**ORDER, "number": number})
    client.post("/orders/ada/2/payment")
    seen, after = [], None
    while True:
        page = client.get("/orders/ada", params={"limit": 2} | ({"after": after} if after else {}))
        seen += [order["number"] for order in page.json()["orders"]]
        after = page.json()["next"]
        if after is None:
            break
    assert seen == [5, 4, 3, 2, 1]
    paid = client.get("/orders/ada", params={"status": "paid"}).json()
    assert [order["number"] for order in paid["orders"]] == [2]


def test_bad_requests_are_answered(client: TestClient) -> None:
    assert client.post("/orders", json={**ORDER, "colour": "red"}).status_code == 422
    assert client.get("/orders/ada", params={"after": "forged"}).json() == {
        "error": "cursor-refused"
    }
    assert client.get("/orders/ada", params={"total": "much"}).status_code == 400
