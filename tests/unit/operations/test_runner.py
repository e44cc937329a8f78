"""Runners: the time that a call is given."""

from __future__ import annotations

from typing import Any, cast

import pytest

from trueup.errors import ErrorCode, InvalidCall
from trueup.operations import Runner


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_no_time_for_a_call_is_refused(seconds: float) -> None:
    with pytest.raises(InvalidCall) as caught:
        Runner(cast("Any", None), seconds)
    assert caught.value.code is ErrorCode.INVALID_OPTION
