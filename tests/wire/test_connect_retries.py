"""How often a request is sent: as the caller says, else the environment, else four times."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

import trueup
from trueup import Layer, Model, RetryableError, RetryPolicy, Table


class Note(Model):
    id: str


NOTES = Table("Notes", Note, partition="id")
LAYER = Layer("notes", target="dynamodb", tables=[NOTES])


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of a port where nobody listens."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"dynamodb://127.0.0.1:{bound.getsockname()[1]}"


def attempts(url: str, retries: RetryPolicy | None) -> int:
    """How often a read is tried that nobody answers."""
    with trueup.connect(url, LAYER, retries=retries) as db:
        events: list[trueup.RequestEvent] = []
        db.subscribe(events.append)
        with pytest.raises(RetryableError):
            db.repository(NOTES).get("a")
    return sum(isinstance(event, trueup.RequestStarted) for event in events)


@pytest.mark.req("M53", "M74")
@pytest.mark.parametrize("wire", ["direct", "botocore"])
@pytest.mark.parametrize(
    ("retries", "variable", "expected"),
    [
        (None, "", 4),
        (None, "2", 2),
        (RetryPolicy.NONE, "", 1),
        (RetryPolicy(retries=2, longest_pause_s=0), "7", 3),
    ],
)
def test_attempts_are_the_callers_then_the_environments(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    wire: str,
    retries: RetryPolicy | None,
    variable: str,
    expected: int,
) -> None:
    if variable:
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", variable)
    assert attempts(f"{url}?wire={wire}", retries) == expected
