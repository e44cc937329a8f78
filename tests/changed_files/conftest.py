"""The files of these tests, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changed_files.files import BATCH, Files
from trueup.engines.sqlite.ddl import filling


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("files"))


@pytest.fixture(autouse=True)
def _short_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BATCH_ROWS", BATCH)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


@pytest.fixture
def url(path: Path, files: Files) -> str:
    """A file with items and no index."""
    return files.copy(path)
