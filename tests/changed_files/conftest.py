"""The files of these tests, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changed_files.files import Files


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("files"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


@pytest.fixture
def url(path: Path, files: Files) -> str:
    """A file with items and no index."""
    return files.copy(path)
