"""Facts that a server of DynamoDB's protocol takes and does not keep."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ....schema.facts import Unknown, Value


def without_dropped(facts: Mapping[str, Value], arn: str) -> dict[str, Value]:
    """The facts of a table, with those unknown that its server does not keep. arn: the table's."""
    told = dict(facts)
    for server in _servers():
        if re.search(server["arn"], arn):
            told |= dict(_unknown(server, facts))
    return told


def _unknown(server: Mapping[str, Any], facts: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    for name in server["drops"]:
        if name in facts:
            yield name, Unknown(f"{server['name']} does not keep it")


@cache
def _servers() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("servers.toml").read_text(encoding="utf-8")
    servers: list[dict[str, Any]] = tomllib.loads(text)["servers"]
    return servers
