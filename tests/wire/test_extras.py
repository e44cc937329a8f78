"""Without its packages the engine says which extra to install; the embedded one needs none."""

from __future__ import annotations

import subprocess
import sys

import pytest

CONNECT = """
import sys
sys.modules[{package!r}] = None  # as if it were not installed
import trueup
try:
    trueup.connect({url!r}, trueup.Layer("x", target="dynamodb", tables=[]))
except trueup.UnsupportedByEngine as error:
    print(error.code.value, error.what, error.fix)
else:
    print("opened")
"""
ENDPOINT = "dynamodb://localhost:1"


def said(package: str, url: str) -> str:
    """What a process says that has no such package."""
    program = CONNECT.format(package=package, url=url)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    return done.stdout or done.stderr


@pytest.mark.parametrize(
    ("package", "url"),
    [
        ("orjson", ENDPOINT),
        ("msgspec", ENDPOINT),
        ("botocore", f"{ENDPOINT}?wire=botocore"),
    ],
)
def test_package_that_is_missing_is_named_with_its_extra(package: str, url: str) -> None:
    text = said(package, url)
    assert text.startswith("missing-extra")
    assert package in text
    assert "trueup[dynamodb]" in text


@pytest.mark.parametrize("package", ["orjson", "msgspec", "botocore", "httptools"])
def test_embedded_engine_needs_none_of_them(package: str) -> None:
    assert said(package, "sqlite://") == "opened\n"


def test_own_wire_does_not_need_botocore_where_the_environment_has_credentials() -> None:
    assert said("botocore", f"{ENDPOINT}") == "opened\n"
