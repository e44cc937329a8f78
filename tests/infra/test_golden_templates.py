"""Templates are, byte for byte, what the golden files show."""

from __future__ import annotations

import pytest

from tests.infra.golden_templates import FILES, golden, written


@pytest.mark.parametrize("file", FILES)
def test_template_is_the_golden_one(file: str) -> None:
    """One that is meant to change: `python -m tests.infra.golden_templates` writes the files."""
    assert written(file) == golden(file)


def test_golden_templates_pin_what_alarms_wait_for() -> None:
    for word in ("DatapointsToAlarm", "EvaluationPeriods", "TreatMissingData", "Threshold"):
        assert golden("shop.yaml").count(f"{word}: ") > 20, word
    assert golden("shop.tf.json").count('"return_data": true') == 14
