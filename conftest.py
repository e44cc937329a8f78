"""What holds for every test, those of the reference systems included."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something about the machine only. CI draws the same examples each
# time, so that it is the change which decides; elsewhere new ones are looked for.
settings.register_profile(
    "trueup",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("trueup")

pytest_plugins = [
    "pytester",
    "trueup.testing.plugin",
    "trueup.testing.servers",
    "tests.requirements_plugin",
    "tests.quick_plugin",
]


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> Iterator[None]:
    """No test meets the credentials, regions or settings of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("AWS_", "TF_", "TRUEUP_")):
                patch.delenv(name)
        yield
