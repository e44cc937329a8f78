"""Every public option changes something, or is refused by name."""

from __future__ import annotations

import pytest

from tests.options.calls import sent_with_and_without
from tests.options.declarations import DECLARATIONS, RESULTS
from tests.options.walk import public_options

OPTIONS = list(public_options())
SEEN_IN_RESULTS = tuple(f".{name}" for name in RESULTS)
# Of a preview, what its result alone would show: it is the request of the method all the same.
SENT = [
    option
    for option in OPTIONS
    if option.startswith(("Repository.", "RequestPreview.", "Transaction."))
    and not option.endswith(SEEN_IN_RESULTS)
]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "options")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "options")


def test_every_option_is_tried() -> None:
    tried = {*SENT, *DECLARATIONS, *(one for one in OPTIONS if one.endswith(SEEN_IN_RESULTS))}
    assert tried == set(OPTIONS)


@pytest.mark.fault("F22")
@pytest.mark.parametrize("option", DECLARATIONS)
def test_option_of_a_declaration_or_a_connection_has_an_effect(option: str) -> None:
    given, left_out = DECLARATIONS[option]
    assert given() != left_out()


@pytest.mark.parametrize("option", SENT)
def test_option_of_a_call_is_seen_in_what_is_sent(option: str) -> None:
    given, left_out = sent_with_and_without(option)
    assert left_out
    assert given != left_out


@pytest.mark.parametrize("option", RESULTS)
def test_option_of_a_call_is_seen_in_its_result(option: str) -> None:
    given, left_out = RESULTS[option]
    assert given() != left_out()
