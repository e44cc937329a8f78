"""The demo says what is stored, and notices when it is not."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import trueup
from systems.nexus.checks import check_catalogues
from systems.nexus.demo import main
from systems.nexus.report import print_report
from systems.nexus.run import run
from systems.nexus.tables import layer, mappings
from systems.places import Place

DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    text = gzip.decompress((DATA / f"{name}.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def count_of(findings: dict[str, Any], pattern: str) -> int:
    [answer] = [answer for answer in findings["answers"] if answer["pattern"] == pattern]
    return int(answer["items"])


def test_demo_stores_every_control_of_the_files(findings: dict[str, Any]) -> None:
    stored = {seeded["table"]: seeded["items"] for seeded in findings["seeded"]}
    assert stored["Controls"] == len(rows("nist_800_53")) + len(rows("disa_cci")) == 5865


def test_demo_stores_a_mapping_for_each_reference_with_a_control(findings: dict[str, Any]) -> None:
    known = {(row["version"], row["control_id"]) for row in rows("nist_800_53")}
    references = [
        (row["cci_id"], row["nist_version"], row["control_id"])
        for row in rows("disa_cci_to_nist")
        if (row["nist_version"], row["control_id"]) in known
    ]
    stored = {seeded["table"]: seeded["items"] for seeded in findings["seeded"]}
    assert stored["Mappings"] == len(references) == len(set(references)) == 3760


def test_demo_counts_what_the_files_hold(findings: dict[str, Any]) -> None:
    references = Counter(
        (row["nist_version"], row["control_id"]) for row in rows("disa_cci_to_nist")
    )
    statuses = Counter(row["status"] for row in rows("disa_cci"))
    versions = Counter(row["version"] for row in rows("nist_800_53"))
    assert count_of(findings, "mappings_to") == references["5.1.1", "AC-2"]
    assert count_of(findings, "controls_by_status") == statuses["deprecated"]
    assert count_of(findings, "controls_of_framework") == versions["5.1.1"]


def test_demo_answers_every_pattern_of_the_layer(findings: dict[str, Any]) -> None:
    answered = [
        (answer["table"], answer["pattern"]) for answer in findings["answers"] if answer["items"]
    ]
    assert answered == [
        (table.name, pattern.name) for table in layer.tables for pattern in table.patterns
    ]


def test_demo_finds_that_everything_agrees(findings: dict[str, Any]) -> None:
    assert [check["found"] for check in findings["checks"]] == [31, 767, 5098, 3760, 3760]
    assert findings["agrees"] is True


def test_demo_takes_seconds(findings: dict[str, Any]) -> None:
    assert findings["duration_s"] < 60


def test_report_of_a_second_run_on_one_file_fits_a_pipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Place(f"sqlite:///{tmp_path}/nexus.db", "sqlite")
    run(file, is_kept=True)
    report = run(file, is_kept=True)
    print_report(report)
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert "Code and database agree." in text


def test_missing_mapping_is_noticed(path: Path, findings: dict[str, Any], tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "copy.db")
    with trueup.connect(f"sqlite:///{tmp_path}/copy.db", layer) as db:
        repository = db.repository(mappings)
        [gone] = repository.scan(limit=1)
        repository.delete(gone)
        checks = {check.claim: check for check in check_catalogues(db)}
    check = checks["mappings equal their references"]
    assert (check.expected, check.found, check.holds) == (3760, 3759, False)


def test_changed_mapping_is_noticed(path: Path, findings: dict[str, Any], tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "copy.db")
    with trueup.connect(f"sqlite:///{tmp_path}/copy.db", layer) as db:
        repository = db.repository(mappings)
        [item] = repository.scan(limit=1)
        repository.put(item.model_copy(update={"mapped_part": "AC-99"}))
        checks = {check.claim: check for check in check_catalogues(db)}
    check = checks["mappings equal their references"]
    assert (check.found, check.wrong, check.holds) == (3759, 1, False)


def test_file_that_cannot_be_opened_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--database", str(tmp_path / "no folder" / "x.db")]) == 1
    assert "cannot be opened" in capsys.readouterr().err


def test_wrong_option_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--colour"])
    assert stopped.value.code == 1


@pytest.mark.parametrize("name", ["nist_800_53", "disa_cci", "disa_cci_to_nist"])
def test_catalogue_is_the_one_whose_digest_is_given(name: str) -> None:
    content = gzip.decompress((DATA / f"{name}.csv.gz").read_bytes())
    line = f"{hashlib.sha256(content).hexdigest()}  {name}.csv"
    assert line in (DATA / "README.md").read_text()
