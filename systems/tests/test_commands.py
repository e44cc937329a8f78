"""The systems on PostgreSQL by commands alone: applied, seeded, asked, verified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from systems.domainflow.seeds import id_of

ROOT = Path(__file__).parents[2]
PROJECT = """
[tool.trueup]
layer = "systems.{system}.tables:layer"
seeds = "systems.{system}.seeds:seeds"
stage = "dev"

[tool.trueup.stages.dev]
url = "{url}"
"""


class Project:
    """A folder with the settings of a system."""

    def __init__(self, folder: Path, url: str, system: str) -> None:
        self.folder = folder
        text = PROJECT.format(url=url, system=system)
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")

    def run(self, *arguments: str, code: int = 0) -> Any:
        """What `trueup … --json` says."""
        kept = ("PATH", "PGPASSWORD", "PGOPTIONS")
        done = subprocess.run(
            [sys.executable, "-m", "trueup", *arguments, "--json"],
            cwd=self.folder,
            env={
                **{name: os.environ[name] for name in kept},
                "HOME": str(self.folder),
                "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            },
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)


def test_cities_are_applied_seeded_asked_and_verified(schema_url: str, tmp_path: Path) -> None:
    project = Project(tmp_path, schema_url, "domainflow")
    project.run("apply", "--auto-approve")
    project.run("seed")
    project.run("verify")
    found = project.run(
        "query",
        "incidents",
        f"tenant_id={id_of('Delft')}",
        "domain_id=civic-complaints",
        "--pattern",
        "incidents_of_domain",
        "--tenant",
        str(id_of("Delft")),
    )
    assert len(found["items"]) == 12


def test_jobs_are_applied_seeded_asked_and_verified(schema_url: str, tmp_path: Path) -> None:
    project = Project(tmp_path, schema_url, "pdfjobs")
    project.run("apply", "--auto-approve")
    project.run("seed", "sample")
    project.run("verify")
    found = project.run("query", "jobs", "client_id=client-acme", "--pattern", "jobs_of_client")
    assert len(found["items"]) == 5
