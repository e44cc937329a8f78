"""Composed keys: readable, built from their parts, and never two meanings for one text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from systems.nexus.models import Control, ControlMapping, ControlStatus, MappingStatus
from trueup import InvalidCall, parts_of


def make_mapping(source: str, target: str) -> ControlMapping:
    return ControlMapping(
        control_key=source,
        mapped_control_key=target,
        mapping_workflow_key="test",
        status=MappingStatus.PROPOSED,
        timestamp=datetime(2025, 1, 1, tzinfo=UTC),
        mapped_part="a",
    )


@pytest.mark.req("N27")
def test_mapping_key_is_both_controls() -> None:
    assert make_mapping("ControlA", "ControlB").mapping_key == "ControlA#ControlB"


@pytest.mark.req("N27")
@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("ControlA", "ControlB"),
        ("DISA-CCI:2023-06-07:CCI-000015", "NIST-SP-800-53:5.1.1:AC-2(1)"),
        ("a#b", "c"),
        ("a", "b#c"),
        ("100%", "%23"),
        ("", ""),
    ],
)
def test_mapping_key_gives_its_parts_back(source: str, target: str) -> None:
    parts = parts_of(ControlMapping.mapping_key, make_mapping(source, target).mapping_key)
    assert parts == {"control_key": source, "mapped_control_key": target}


@pytest.mark.req("N27")
def test_mapping_key_escapes_the_separator() -> None:
    assert make_mapping("a#b", "c").mapping_key == "a%23b#c"
    assert make_mapping("a", "b#c").mapping_key == "a#b%23c"


@pytest.mark.req("N27")
def test_mapping_key_that_contradicts_its_controls_is_refused() -> None:
    with pytest.raises(ValidationError, match="composed-mismatch"):
        ControlMapping.model_validate({**make_mapping("a", "b").model_dump(), "mapping_key": "a#c"})


@pytest.mark.parametrize("text", ["no separator", "a#b#c"])
def test_text_that_is_no_mapping_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidCall, match="composed-mismatch"):
        parts_of(ControlMapping.mapping_key, text)


def test_control_key_begins_with_its_framework() -> None:
    control = Control(
        framework_name="NIST-SP-800-53",
        version="5.1.1",
        control_id="AC-2(1)",
        status=ControlStatus.FINAL,
        statement="x",
    )
    assert control.control_key == "NIST-SP-800-53:5.1.1:AC-2(1)"
    assert control.control_key.startswith(f"{control.framework_key}:")
