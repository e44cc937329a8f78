"""The verification command of domainflow: its lines, its totals, its exit codes, what it finds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psycopg
import pytest

from systems.domainflow import handlers, verify
from trueup import Database

Sql = psycopg.Connection[Any]
SCRIPT = Path(verify.__file__).parent / "bin" / "verify"
ANSI = re.compile(r"\x1b\[([\d;]*)m")


@pytest.fixture(autouse=True)
def _created(db: Database, schema_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert db is not None
    monkeypatch.setenv(handlers.URL, schema_url)
    monkeypatch.setenv("COLUMNS", "200")


def total(printed: str, name: str) -> float:
    [found] = re.findall(rf"^{name}:\s+([\d.]+)", printed, re.MULTILINE)
    return float(found)


@pytest.mark.req("D63", "D64", "D67", "D68", "D69", "D70", "D74", "D76", "D77", "DT12")
def test_everything_that_is_declared_is_there_and_acts(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([]) == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[0] == "✓ Database connection established"
    assert "✓ Extension 'postgis' is installed" in lines
    tables = [line for line in lines if re.fullmatch(r"✓ Table '\w+' exists", line)]
    assert len(tables) == 7
    indexes = set(re.findall(r"^✓ Index '(idx_\w+)", printed, re.MULTILINE))
    assert len(indexes) == 10
    touched = re.findall(r"^✓ Trigger 'update_\w+_updated_at' of", printed, re.MULTILINE)
    assert len(touched) == 7
    assert "✓ Constraint 'agent_definitions_agent_class_check' of 'agent_definitions'" in printed
    assert "✓ Function 'update_updated_at_column' exists" in printed
    assert not [line for line in lines if line.startswith(("✗", "?"))]


@pytest.mark.req("D65", "D66", "D94", "D95", "D96", "D97", "D98", "D99", "D100")
def test_every_column_is_a_check(capsys: pytest.CaptureFixture[str]) -> None:
    verify.main([])
    printed = capsys.readouterr().out
    counts = {"agent_definitions": 17, "domain_configurations": 11, "tenants": 5}
    for table, number in counts.items():
        columns = set(re.findall(rf"^✓ Column '{table}\.(\w+)\.type'", printed, re.MULTILINE))
        assert len(columns) == number, table


@pytest.mark.req("D73")
def test_summary_counts_checks_and_tells_the_success_rate(
    sql: Sql, capsys: pytest.CaptureFixture[str]
) -> None:
    verify.main([])
    printed = capsys.readouterr().out
    checks = total(printed, "Total checks")
    assert checks > 400
    assert (total(printed, "Passed"), total(printed, "Failed")) == (checks, 0)
    assert "Success rate:     100.0 %" in printed
    sql.execute("DROP INDEX idx_agents_enabled")
    assert verify.main([]) == 1
    spoilt = capsys.readouterr().out
    assert total(spoilt, "Failed") == 1
    assert 99 <= total(spoilt, "Success rate") < 100


@pytest.mark.req("D101", "D102", "D104", "DT13")
def test_behaviour_is_tried_and_not_existence_alone(capsys: pytest.CaptureFixture[str]) -> None:
    verify.main([])
    printed = capsys.readouterr().out
    assert "ST_DWithin finds what is near" in printed
    moved = re.findall(r"^✓ '(\w+)' triggers update_\w+_updated_at: an update sets", printed, re.M)
    assert len(set(moved)) == 7
    assert "a second and a third run reply" in printed
    assert "on_delete image_evidence_incident_id_tenant_id_fkey: on delete: the rows go" in printed


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("DROP TABLE image_evidence", "✗ Table 'image_evidence'"),
        ("ALTER TABLE users DISABLE TRIGGER update_users_updated_at", "✗ 'users' triggers"),
        (
            "CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS trigger "
            "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "✗ 'teams' triggers update_teams_updated_at: declared",
        ),
        (
            "ALTER TABLE agent_definitions DROP CONSTRAINT agent_definitions_agent_class_check",
            "✗ 'agent_definitions' checks agent_definitions_agent_class_check",
        ),
        ("ALTER TABLE incidents DISABLE ROW LEVEL SECURITY", "✗ 'incidents' row_security others"),
    ],
)
def test_what_does_not_act_fails(
    sql: Sql, capsys: pytest.CaptureFixture[str], change: str, line: str
) -> None:
    sql.execute(change.encode())
    assert verify.main([]) == 1
    assert line in capsys.readouterr().out


def test_database_that_is_not_there_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(handlers.URL, "postgresql://127.0.0.1:1/nothing")
    assert verify.main([]) == 1


def spoil(sql: Sql) -> None:
    """A check that fails, and others that cannot be made."""
    sql.execute("DROP INDEX idx_agents_enabled")


@pytest.mark.req("D71")
def test_symbols_are_green_red_and_yellow_and_say_the_same_without_colours(
    sql: Sql, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    spoil(sql)
    verify.main([])
    coloured = capsys.readouterr().out
    for symbol, code in {"✓": "32", "✗": "31", "?": "33"}.items():
        begun = [line for line in coloured.splitlines() if ANSI.sub("", line).startswith(symbol)]
        assert begun, symbol
        assert {ANSI.match(line)[1].split(";")[-1] for line in begun} == {code}  # type: ignore[index]
    monkeypatch.setenv("NO_COLOR", "1")
    verify.main([])
    plain = capsys.readouterr().out
    assert "\x1b[3" not in plain
    assert ANSI.sub("", plain) == ANSI.sub("", coloured)


@pytest.mark.req("D72")
def test_log_has_all_that_is_known_of_each_check(
    sql: Sql,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(sql)
    with caplog.at_level("INFO"):
        verify.main(["--log", str(tmp_path / "checks.jsonl")])
    capsys.readouterr()
    lines = (tmp_path / "checks.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert [one["number"] for one in told] == list(range(1, len(told) + 1))
    assert len(told) > 400
    [failed] = [one for one in told if one["verdict"] == "differs"]
    assert (failed["table"], failed["fact"]) == (
        "agent_definitions",
        "indexes.idx_agents_enabled",
    )
    assert "USING btree" in failed["expected"]
    assert failed["found"] == "none"
    assert failed["severity"] == "medium"
    assert failed["declared_at"].startswith("systems/domainflow/tables.py:")
    assert failed["mended_by"] == "trueup apply"
    logged = [one for one in caplog.records if hasattr(one, "check")]
    assert [vars(one)["check"]["fact"] for one in logged] == [one["fact"] for one in told]
    assert {one.levelname for one in logged} == {"INFO", "WARNING"}


def test_report_has_forms_for_other_programs(sql: Sql, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(sql)
    assert verify.main(["--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["differ"] == 1
    assert verify.main(["--format", "junit"]) == 1
    root = ElementTree.fromstring(capsys.readouterr().out)
    assert [one.get("name") for one in root.iter("testcase") if one.find("failure") is not None]
    assert verify.main(["--format", "markdown"]) == 1
    assert "| ✗ differs | agent_definitions |" in capsys.readouterr().out


@pytest.mark.req("D74", "D75")
def test_script_may_be_executed_and_ends_with_0_or_1(sql: Sql, schema_url: str) -> None:
    assert SCRIPT.stat().st_mode & 0o777 == 0o755
    assert SCRIPT.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3\n")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, handlers.URL: schema_url}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPT], check=False, capture_output=True, text=True, env=environment, cwd="/"
        )

    done = run()
    assert done.returncode == 0, done.stderr
    assert "✓ All checks passed" in done.stdout
    spoil(sql)
    assert run().returncode == 1
