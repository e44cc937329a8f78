"""API keys and usage plans of a deployed template, asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.deploys.account import Account, outputs, parameters_of
from tests.deploys.stacks import GAPS, body, taken
from trueup import Function, Infrastructure, Layer, Model, RestApi, Route, Table, UsagePlan
from trueup.infra import cloudformation, stack_of


class Note(Model):
    """What is noted."""

    id: str


QUOTA, BURST = 5, 3
SLOW = 0.001
"""Requests per second: none is given back during the test."""
LAYER = Layer(
    "limits",
    target="dynamodb",
    tables=[Table("limited-notes", Note, partition="id")],
    functions=[
        Function(
            "respond",
            handler="app.handlers:respond",
            route=[Route("GET", "/", key=False), Route("GET", "/notes/{id}")],
        )
    ],
    infrastructure=Infrastructure(
        api=RestApi(
            "limits",
            stage="v1",
            plans=[
                UsagePlan("rated", clients=["rated"], rate=SLOW, burst=BURST),
                UsagePlan("counted", clients=["counted"], quota=QUOTA),
                UsagePlan("known", clients=["known"], quota=1_000),
                UsagePlan("both", clients=["both"], rate=100, burst=100, quota=QUOTA),
            ],
        )
    ),
)
Call = Callable[..., int]
Ask = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def deployed(account: Account) -> Mapping[str, str]:
    """The outputs of the deployed stack."""
    made = taken(cloudformation(stack_of(LAYER, {"limited-notes": "limited-notes"})))
    stack = account.deploy("limits", body(made), parameters_of(made))
    assert stack["StackStatus"] == "CREATE_COMPLETE", account.failures("limits")
    return outputs(stack)


@pytest.fixture
def ask(account: Account, deployed: Mapping[str, str]) -> Ask:
    """Sends a request, and returns the status and the body of the answer."""

    def send(path: str = "/notes/1", key: str = "") -> tuple[int, str]:
        place = f"/restapis/{deployed['ApiId']}/v1/_user_request_{path}"
        host, port = account.server.host, account.server.port
        with closing(HTTPConnection(host, port, timeout=30)) as connection:
            connection.request("GET", place, headers={"x-api-key": key} if key else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    return send


@pytest.fixture
def call(ask: Ask) -> Call:
    """Sends a request, and returns the status of the answer."""
    return lambda *given, **options: ask(*given, **options)[0]


@pytest.fixture
def key(account: Account, deployed: Mapping[str, str]) -> Callable[[str], str]:
    """The value of a client's key, which only the gateway tells."""

    def value(client: str) -> str:
        id = deployed[f"{client.capitalize()}ApiKeyId"]
        found = account.client("apigateway").get_api_key(apiKey=id, includeValue=True)["value"]
        assert found != id
        return str(found)

    return value


@pytest.mark.req("C95")
def test_request_without_a_key_is_refused(call: Call) -> None:
    assert call() == 403


def test_request_with_a_wrong_key_is_refused(call: Call) -> None:
    assert call(key="of-nobody") == 403


def test_method_that_needs_no_key_answers_without_one(call: Call) -> None:
    assert call("/") == 200


def test_identifier_of_the_key_is_not_told_by_the_emulator(
    ask: Ask, key: Callable[[str], str]
) -> None:
    _, body = ask(key=key("known"))
    assert "sourceIp" in body
    assert not [name for name in GAPS["identity"] if name in body]


@pytest.mark.case("S37")
@pytest.mark.req("C69")
def test_calls_over_the_rate_and_over_the_quota_are_refused(
    call: Call, key: Callable[[str], str]
) -> None:
    """The plan of the first has no quota, and limits the rate all the same."""
    asked = {
        client: [call(key=key(client)) for _ in range(QUOTA + 2)]
        for client in ("rated", "counted", "both")
    }
    assert asked == {
        "rated": [200] * BURST + [429] * (QUOTA + 2 - BURST),
        "counted": [200] * QUOTA + [429] * 2,
        "both": [200] * QUOTA + [429] * 2,
    }
