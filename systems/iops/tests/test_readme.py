"""What the README shows is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from systems.iops.seeds import example_insight
from trueup.configuration import StageOptions, load_stage

FOLDER = Path(__file__).parents[1]
README = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_example_runs(block: str) -> None:
    exec(block, {})


def test_values_of_the_example_are_those_of_the_seeds() -> None:
    insight = example_insight()
    section = README.partition("## Where this differs from the document")[2]
    assert f"Ours is `{insight.alert_id}`" in section
    assert f"Ours is {int(insight.ttl.timestamp())}." in section


@pytest.mark.req("I101")
@pytest.mark.parametrize(
    "word", ["partition key", "(GSI)", "(TTL)", "data model", "command line (CLI)"]
)
def test_word_that_the_document_assumes_is_explained(word: str) -> None:
    rows = README.partition("## Words, and where to read on")[2].partition("\n## ")[0]
    [row] = [row for row in rows.splitlines() if row.startswith("| ") and word in row.split("|")[1]]
    assert len(row.split("|")[2].strip()) > 20


@pytest.mark.req("I102")
@pytest.mark.parametrize("page", ["best-practices", "Streams", "GSI", "TTL"])
def test_page_that_the_document_refers_to_is_linked(page: str) -> None:
    guide = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
    assert f"({guide}/{page}.html)" in README


@pytest.mark.req("I71")
def test_deployment_names_the_stack_of_the_document() -> None:
    section = README.partition("## Deployment")[2].partition("\n## ")[0]
    stack = load_stage(StageOptions("dev"), environ={}, folder=FOLDER).stage.stack
    assert stack == "IOpsDashboard-DatabaseStack"
    assert f"--stack-name {stack} " in section
    assert f"--template-file infra/{stack}.template.yaml" in section


@pytest.mark.req("I59")
def test_page_of_credentials_comes_before_the_commands_that_need_them() -> None:
    page = (FOLDER / "docs" / "AWS-credentials.md").read_text(encoding="utf-8")
    for named in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "trueup doctor", "CDK_DEFAULT_ACCOUNT"):
        assert named in page
    done = subprocess.run(
        [sys.executable, "-m", "trueup", "doctor", "--stage", "dev"],
        cwd=FOLDER,
        env={
            "PATH": "/usr/bin",
            "HOME": "/nowhere",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "credentials" in done.stdout + done.stderr
