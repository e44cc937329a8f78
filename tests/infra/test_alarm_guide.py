"""The guide has every kind of alarm, with its threshold as it is in the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.alarm_rows import GUIDE, page, rows
from tests.infra.test_templates import NAMES, SHOP
from trueup import Blocked
from trueup.infra import Format, stack_files, stack_of
from trueup.lifecycle.generated import write_file

OWN = """Resources:
  LambdaMetricAlarms:
    Type: AWS::CloudWatch::Alarm
  ApiEndpointAlarms:
    Type: AWS::CloudWatch::Alarm
"""


def test_guide_has_every_kind_of_alarm() -> None:
    """After a change: `python -m tests.infra.alarm_rows`."""
    text = GUIDE.read_text(encoding="utf-8")
    assert page(text) == text
    assert len(list(rows())) > 50


@pytest.mark.req("N52", "N53")
def test_alarms_that_a_team_wrote_are_kept_when_infrastructure_is_generated_again(
    tmp_path: Path,
) -> None:
    own = tmp_path / "lambda_alarms.template.yaml"
    own.write_text(OWN, encoding="utf-8")
    for stage in ("beta", "beta", "prod"):
        [file] = stack_files(stack_of(SHOP, NAMES, stage=stage), Format.CLOUDFORMATION, tmp_path)
        write_file(file)
    assert own.read_text(encoding="utf-8") == OWN
    assert {one.name for one in tmp_path.iterdir()} == {
        own.name,
        "shop-beta.template.yaml",
        "shop-prod.template.yaml",
    }
    generated = (tmp_path / "shop-beta.template.yaml").read_text(encoding="utf-8")
    assert "LambdaMetricAlarms" not in generated


@pytest.mark.req("N52", "N53")
def test_file_of_a_team_is_never_replaced(tmp_path: Path) -> None:
    own = tmp_path / "shop-beta.template.yaml"
    own.write_text(OWN, encoding="utf-8")
    stack = stack_of(SHOP, NAMES, stage="beta")
    with pytest.raises(Blocked):
        write_file(stack_files(stack, Format.CLOUDFORMATION, tmp_path)[0])
    assert own.read_text(encoding="utf-8") == OWN
