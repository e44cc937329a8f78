"""What the README shows is true."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import trueup
from systems.pdfjobs.tables import jobs, layer, results
from tests.cli.shell import Shell

README = (Path(__file__).parents[1] / "README.md").read_text()
[SETTINGS] = re.findall(r"```toml\n# file: pyproject.toml\n(.*?)```", README, re.DOTALL)
ROOT = Path(__file__).parents[3]
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_example_runs_and_prints_what_it_says(
    schema_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PDFJOBS_URL", schema_url)
    [block] = BLOCKS
    names: dict[str, object] = {}
    exec(block, names)
    names["db"].close()  # type: ignore[attr-defined]  # a Database
    shown = re.findall(r"# -> (.*)", block)
    assert capsys.readouterr().out.splitlines() == shown


@pytest.mark.req("C8", "C56", "C74")
@pytest.mark.parametrize("stage", ["dev", "test"])
def test_commands_of_the_readme_seed_each_of_its_stages_once(
    empty_url: str, tmp_path: Path, stage: str
) -> None:
    paths = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    shell = Shell(tmp_path, {"PGPASSWORD": os.environ["PGPASSWORD"], **paths})
    settings = re.sub(r"postgresql://[^\"]+", empty_url, SETTINGS)
    shell.write("pyproject.toml", settings.replace("systems/", f"{ROOT}/systems/"))
    lines = [f"trueup migrate up --stage {stage}", f"trueup seed sample --stage {stage}"]
    assert all(line.replace("test", "dev") in README for line in lines)
    for line in (*lines, lines[1]):
        done = shell.run(line)
        assert done.code == 0, done.out + done.err
    with trueup.connect(empty_url, layer) as db:
        assert len(db.repository(jobs).scan().all()) == 15
        assert len(db.repository(results).scan().all()) == 3
