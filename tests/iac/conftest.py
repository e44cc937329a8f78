"""The templates as tools outside of Python's package take them. `make test-iac` makes environments
for these tools, and `IAC_ENVIRONMENTS` names their folder; `make test-terraform` names `TERRAFORM`.
Without them there is nothing to run the tests with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.infra.stacks import STACKS
from trueup.infra import Format, stack_files
from trueup.lifecycle.generated import write_file

ENVIRONMENTS = os.environ.get("IAC_ENVIRONMENTS")
TERRAFORM = os.environ.get("TERRAFORM")
collect_ignore_glob = [] if ENVIRONMENTS else ["test_[!w]*.py"]
collect_ignore = [] if TERRAFORM else ["test_with_terraform.py"]


@pytest.fixture(scope="session")
def environments() -> Path:
    """The folder with an environment for each tool."""
    return Path(ENVIRONMENTS or "").resolve()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every stack in every format: `work/work-beta.template.yaml`."""
    folder = tmp_path_factory.mktemp("written")
    for name, stack in STACKS.items():
        for form in Format:
            for file in stack_files(stack, form, folder / name):
                write_file(file)
    return folder
