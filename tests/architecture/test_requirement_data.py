"""The requirements are complete: a row that is lost would never be missed on the page."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import Any

import pytest

from tests.architecture.sources import ROOT

COUNTS = {
    "nexus": {"N": 108, "NT": 15},
    "iops": {"I": 118, "IT": 13},
    "domainflow": {"D": 104, "DT": 14},
    "storefront": {"M": 86, "MU": 29, "MT": 12},
    "pdfjobs": {"C": 133, "CT": 17},
}
FIELDS = {
    "requirement": {"id", "text", "state", "tick_by", "issue"},
    "trap": {"id", "text", "consequence", "issue"},
}
OPTIONAL = {"note"}


def load(system: str) -> dict[str, list[dict[str, Any]]]:
    path = ROOT / "requirements" / f"{system}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def split_id(id: str) -> tuple[str, int]:
    match = re.fullmatch(r"([A-Z]+)(\d+)", id)
    assert match is not None, id
    return match[1], int(match[2])


def test_every_system_has_its_file() -> None:
    assert {path.stem for path in (ROOT / "requirements").glob("*.toml")} == COUNTS.keys()


@pytest.mark.parametrize("system", COUNTS)
def test_ids_count_up_without_a_gap(system: str) -> None:
    rows = [row for rows in load(system).values() for row in rows]
    ids = [split_id(row["id"]) for row in rows]
    assert Counter(prefix for prefix, _ in ids) == COUNTS[system]
    expected = [(prefix, n + 1) for prefix, count in COUNTS[system].items() for n in range(count)]
    assert ids == expected


@pytest.mark.parametrize("system", COUNTS)
@pytest.mark.parametrize("kind", FIELDS)
def test_rows_have_their_fields(system: str, kind: str) -> None:
    for row in load(system)[kind]:
        assert row.keys() - OPTIONAL == FIELDS[kind], row["id"]
        assert row["text"].strip(), row["id"]
        assert all(isinstance(value, str) for value in row.values()), row["id"]
