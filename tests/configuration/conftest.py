"""A project in an empty folder, whose modules are forgotten at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.configuration.projects import ProjectFolder, new_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectFolder]:
    before = list(sys.path)
    yield new_project(tmp_path)
    sys.path[:] = before
