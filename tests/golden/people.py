"""A database on DynamoDB as the environment of a case describes it, opened for one read."""

from __future__ import annotations

import os

import pytest

import trueup
from tests.golden.stage import secret
from trueup import Layer, RetryPolicy
from trueup.testing.suite.tables import PEOPLE

LAYER = Layer("people", target="dynamodb", tables=[PEOPLE])
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": secret("key")}
_NOTHING = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def read_person(
    url: str, environ: dict[str, str] = KEYS, retries: RetryPolicy | None = RetryPolicy.NONE
) -> object:
    """Open, and read an item. environ: the settings of AWS; there are no others."""
    with pytest.MonkeyPatch.context() as patch:
        for name in KEYS:  # those of an emulator that other tests use
            patch.delenv(name, raising=False)
        for name, value in (_NOTHING | environ).items():
            patch.setenv(name, value)
        with trueup.connect(url, LAYER, retries=retries) as db:
            return db.repository(PEOPLE).get("a")
