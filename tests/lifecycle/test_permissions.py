"""The permissions that doctor looks for are those of the requests that the commands send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.aws_proxy.permissions import actions_of
from tests.aws_proxy.proxy import AwsProxy, aws_before
from tests.faults.proxy import Asked
from trueup.cli.main import main
from trueup.engines.dynamodb.permissions import NEEDS, Need
from trueup.testing.cleanup import drop_tables

Sent = set[tuple[str, str]]
"""Actions, as policies name them, each with what it is asked of: `("dynamodb:Query", "state")`."""

DECLARED = """
from trueup import DynamoDB, ExpiresAt, Index, Layer, Model, Seed, Table, Version, expires_in


class Order(Model):
    id: str
    status: str = "open"
    version: Version = 0
    until: ExpiresAt | None = None


orders = Table(
    "Orders",
    Order,
    partition="id",
    indexes=[Index("ByStatus", partition="status")],
    dynamodb=DynamoDB(pitr_days=7, tags={"team": "shop"}),
)
layer = Layer("shop", target="dynamodb", tables=[orders])
empty = Layer("shop", target="dynamodb", tables=[])
seeds = [Seed("demo", orders, [Order(id="1"), Order(id="2", until=expires_in(days=1))])]
"""
SETTINGS = """
[tool.trueup]
layer = "MODULE:layer"
seeds = "MODULE:seeds"
stage = "dev"

[tool.trueup.stages.dev]
url = "URL"
names = "PREFIX{table}"
state_table = "PREFIXstate"
"""
OF_NO_TABLE = {"ListTables", "ListBackups"}


class Site:
    """A folder with a layer, a database behind the proxy, and the command."""

    def __init__(self, aws: AwsProxy, folder: Path, prefix: str) -> None:
        self.aws, self.prefix, self.module = aws, prefix, f"declared_{uuid4().hex}"
        (folder / f"{self.module}.py").write_text(DECLARED, encoding="utf-8")
        settings = SETTINGS.replace("MODULE", self.module).replace("URL", aws.url)
        (folder / "pyproject.toml").write_text(settings.replace("PREFIX", prefix), encoding="utf-8")

    def sent(self, *lines: str, code: int = 0) -> Sent:
        """What commands ask of DynamoDB. code: what each of them ends with."""
        self.aws.forget()
        for line in lines:
            assert main(line.split()) == code, line
        return {pair for asked in self.aws.asked for pair in self._pairs(asked)}

    def _pairs(self, asked: Asked) -> Iterator[tuple[str, str]]:
        for action, table in actions_of(asked):
            place = "state" if table.endswith("state") else "table"
            place = "index" if "IndexName" in asked.parameters else place
            yield f"dynamodb:{action}", "all" if action in OF_NO_TABLE else place


@pytest.fixture
def site(
    server: tuple[str, int], dynamodb_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    prefix = f"trueup-needs-{uuid4().hex[:8]}-"
    try:
        with aws_before(server) as aws:
            yield Site(aws, tmp_path, prefix)
    finally:
        drop_tables(dynamodb_url, prefix)


def pairs(need: Need) -> Sent:
    places = {
        "table": need.on_tables,
        "index": need.on_indexes,
        "state": need.on_state,
        "all": need.on_all,
    }
    return {(action, place) for place, actions in places.items() for action in actions}


def needed(*commands: str) -> Sent:
    assert {need.command for need in NEEDS} >= set(commands)
    return set().union(*(pairs(need) for need in NEEDS if need.command in commands))


def test_commands_send_what_they_need_and_nothing_else(site: Site) -> None:
    assert site.sent("plan", code=2) <= needed("plan")
    assert site.sent("apply --auto-approve") <= needed("apply")
    assert site.sent("seed", "seed") <= needed("seed")
    questions = ["query Orders id=1", "query Orders id=1 status!=x"]
    assert site.sent(*questions, "query Orders --index ByStatus status=open") == needed("query")
    assert site.sent("query Orders --scan") == needed("query --scan")
    assert site.sent("query Orders --describe") == needed("diff, verify")
    assert site.sent("plan") == needed("plan")
    assert site.sent("diff") == site.sent("verify") == needed("diff, verify")
    assert site.sent("adopt") == needed("adopt")
    assert site.sent("adopt --sample 3") == needed("adopt", "adopt --sample")
    others = f"--state-table {site.prefix}other-state"
    assert site.sent(f"adopt --own --auto-approve {others}") <= needed("adopt --own")
    dropping = site.sent(f"apply --prune --auto-approve --layer {site.module}:empty")
    assert dropping <= needed("apply", "apply that drops")
    assert ("dynamodb:DeleteTable", "table") in dropping
