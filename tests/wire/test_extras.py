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


CREATE_TABLE = """
import sys
sys.modules.update(dict.fromkeys(("httptools", "msgspec", "orjson", "botocore")))
from trueup.engines.dynamodb.ddl.body import create_body
from trueup.engines.dynamodb.ddl.declared import declared
from trueup.model.description.check import describe
from trueup.testing.suite.tables import PEOPLE
print(create_body(declared(describe(PEOPLE), "People"))["TableName"])
"""


def said(package: str, url: str) -> str:
    """What a process says that has no such package."""
    return printed(CONNECT.format(package=package, url=url))


def printed(program: str) -> str:
    """What a process prints, or its error."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    return done.stdout or done.stderr


def test_package_of_postgresql_that_is_missing_is_named_with_its_extra() -> None:
    text = said("psycopg", "postgresql://localhost/shop")
    assert text.startswith("missing-extra")
    assert "psycopg" in text
    assert "trueup[postgres]" in text


@pytest.mark.parametrize(
    ("package", "option"),
    [("httptools", "secret=s&region=eu-west-1"), ("botocore", "auth=iam&user=app")],
)
def test_package_for_logins_from_aws_that_is_missing_is_named_with_its_extra(
    package: str, option: str
) -> None:
    text = said(package, f"postgresql://localhost/shop?{option}")
    assert text.startswith("missing-extra")
    assert "trueup[postgres,dynamodb]" in text


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


def test_parameters_of_create_table_need_no_extra() -> None:
    assert printed(CREATE_TABLE) == "People\n"
