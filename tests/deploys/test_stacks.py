"""Generated templates deploy on the emulator, and what it drops of them is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from systems.pdfjobs.tests.golden_stacks import FOLDER as PDFJOBS
from tests.deploys.account import Account, parameters_of
from tests.deploys.read_back import READERS, Deployed, dropped
from tests.deploys.stacks import GAPS, GOLDEN, LAYERS, body, scaled_text, taken, template
from tests.infra.golden_templates import golden
from trueup.engines.open_tables import open_tables_to_read
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import look_at, verify_tables
from trueup.testing.ministack import ministack_version

FACTS = "AWS::DynamoDB::Table"
"""The type whose properties are compared as facts, by `verify`."""


def test_gaps_are_those_of_the_installed_emulator() -> None:
    assert GAPS["version"] == ministack_version()


def test_scaled_table_is_the_golden_one() -> None:
    """One that is meant to change: `python -m tests.deploys.stacks`."""
    assert scaled_text() == GOLDEN.read_text()


@pytest.fixture(scope="module")
def deployed(account: Account) -> Mapping[str, tuple[Mapping[str, Any], Deployed]]:
    """Each stack, deployed: what was given, and what there is."""
    found = {}
    for name in LAYERS:
        made = taken(template(name))
        stack = account.deploy(name, body(made), parameters_of(made))
        assert stack["StackStatus"] == "CREATE_COMPLETE", account.failures(name)
        found[name] = (made, Deployed(account, account.ids(name)))
    return found


def test_every_resource_is_there(
    deployed: Mapping[str, tuple[Mapping[str, Any], Deployed]],
) -> None:
    for made, at in deployed.values():
        assert set(at.ids) == set(made["Resources"])


def test_properties_that_the_emulator_drops_are_the_known_ones(
    deployed: Mapping[str, tuple[Mapping[str, Any], Deployed]],
) -> None:
    """A new one is in no list, and one that is kept now is taken out of it."""
    found: dict[str, set[str]] = defaultdict(set)
    for made, at in deployed.values():
        for id, one in made["Resources"].items():
            kind = one["Type"]
            if kind in GAPS["unread"] or kind == FACTS:
                continue
            live = READERS[kind](at, at.ids[id], one["Properties"])
            found[kind] |= dropped(kind, one["Properties"], live)
    known = {kind: set(paths) for kind, paths in GAPS["dropped"].items()}
    assert {kind: paths for kind, paths in found.items() if paths} == known


@pytest.mark.parametrize("name", ["shop", "scaled"])
def test_facts_of_tables_that_the_emulator_drops_are_the_known_ones(
    deployed: Mapping[str, tuple[Mapping[str, Any], Deployed]],
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    assert deployed[name]
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "test")
    layer, names = LAYERS[name]
    url = f"{account.server.url}?region=us-east-1"
    with open_tables_to_read(url, layer, table_names=names) as opened:
        declared = declared_tables(opened.open_layer, [], protect=False)
        found = verify_tables(declared, look_at(opened), engine=opened.open_layer.engine)
    differing = {
        f"{one.table} {'.'.join(one.difference.path)}"
        for one in found.findings
        if one.verdict != "agrees"
    }
    assert differing == set(GAPS["facts"][name])


@pytest.mark.parametrize("kind", GAPS["types"])
def test_type_that_the_emulator_has_not_is_refused_and_in_a_golden_template(
    account: Account, kind: str
) -> None:
    text = body({"Resources": {"Only": {"Type": kind, "Properties": {}}}})
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        account.deploy("refused", text, {})
    texts = [golden("shop.yaml"), *(path.read_text() for path in PDFJOBS.glob("*.yaml"))]
    texts.append(GOLDEN.read_text())
    assert any(f"Type: {kind}\n" in text for text in texts)


def test_metric_math_is_refused(account: Account) -> None:
    (alarm,) = (
        {**one, "Properties": {**one["Properties"], "AlarmActions": [], "OKActions": []}}
        for id, one in template("pdfjobs")["Resources"].items()
        if id == "DatabaseProxyPinnedAlarm"
    )
    queries = alarm["Properties"]["Metrics"]
    for query in queries[:-1]:
        query["MetricStat"]["Metric"]["Dimensions"] = []
    stack = account.deploy("math", body({"Resources": {"Only": alarm}}), {})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("metric math" in one for one in account.failures("math"))


def test_secret_of_a_database_is_no_attribute(account: Account) -> None:
    server = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {
            "Engine": "postgres",
            "DBInstanceClass": "db.t4g.medium",
            "AllocatedStorage": "20",
            "MasterUsername": "app_owner",
            "ManageMasterUserPassword": True,
        },
    }
    made = {
        "Resources": {"Database": server},
        "Outputs": {"Secret": {"Value": {"Fn::GetAtt": ["Database", *GAPS["attributes"]]}}},
    }
    stack = account.deploy("secret", body(made), {})
    assert stack["StackStatus"] != "CREATE_COMPLETE"
