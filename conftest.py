"""What holds for every test, those of the reference systems included."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester", "trueup.testing.plugin", "tests.requirements_plugin"]


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> Iterator[None]:
    """No test meets the credentials, regions or settings of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("AWS_", "TF_", "TRUEUP_")):
                patch.delenv(name)
        yield
