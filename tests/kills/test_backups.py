"""A table that is dropped leaves a backup with every item, wherever the run is killed."""

from __future__ import annotations

import json
import os
import re
import shlex

import jmespath
import pytest

from tests.aws_proxy.gates import Moment
from tests.aws_proxy.lookers import looking
from tests.kills.shop import VERSIONS
from tests.kills.site import Site
from tests.kills.test_killed import is_held
from tests.soak import share
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")

BACKUP = "before"
REQUESTS = 50
LACKS = [
    ("differs", "ttl"),
    ("differs", "stream"),
    ("differs", "pitr enabled"),
    ("differs", "pitr days"),
    ("differs", "tags team"),
]
"""What a restored table of orders lacks."""


def is_there(site: Site) -> bool:
    """Whether the table is there, and not being dropped."""
    status, body = site.client.raw("DescribeTable", TableName=f"{site.prefix}orders")
    return status == 200 and json.loads(body)["Table"]["TableStatus"] == "ACTIVE"


def restored(site: Site) -> tuple[int, str]:
    """Count and hash of what the last backup holds."""
    listed = site.client.do("ListBackups", TableName=f"{site.prefix}orders")["BackupSummaries"]
    last = max(listed, key=lambda backup: backup["BackupCreationDateTime"])
    target = f"{site.prefix}restored"
    arn = last["BackupArn"]
    site.client.do("RestoreTableFromBackup", TargetTableName=target, BackupArn=arn)
    while site.client.table(target)["TableStatus"] != "ACTIVE":
        pass
    return site.counted(table="restored")


@pytest.mark.soak
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize(
    "request_number", ["CreateBackup", "DeleteTable", *share(range(REQUESTS))], ids=str
)
def test_a_dropped_table_can_be_restored_wherever_the_run_was_killed(
    site: Site, request_number: int | str, moment: Moment
) -> None:
    site.begin_filled()
    gate = site.aws.hold(request_number, moment)
    child = site.begin("without orders", backup=BACKUP)
    if is_held(gate, child):
        child.kill()
        gate.end()
    site.aws.release()
    if is_there(site):
        site.fill(10, start=1000)
        site.expire_lease()
        expected = site.counted()
    else:
        expected = restored(site)
        assert expected[0] == 60
        site.client.do("DeleteTable", TableName=f"{site.prefix}restored")
    site.expire_lease()
    answer = site.apply("without orders", backup=BACKUP)
    assert "done" in answer, answer
    assert not is_there(site)
    assert site.differences("without orders") == []
    while site.client.raw("DescribeTable", TableName=f"{site.prefix}restored")[0] == 200:
        pass
    assert restored(site) == expected


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("action", ["CreateBackup", "DeleteTable", "CreateTable"])
def test_a_replaced_table_can_be_restored_wherever_the_run_was_killed(
    site: Site, action: str, moment: Moment
) -> None:
    before = site.begin_filled()
    assert site.apply("other key")["error"] == "not-allowed"
    asked = {"backup": BACKUP, "allowed": ["--allow-replace"]}
    gate = site.aws.hold(action, moment)
    child = site.begin("other key", **asked)
    assert is_held(gate, child)
    child.kill()
    gate.end()
    site.expire_lease()
    answer = site.apply("other key", **asked)
    assert "done" in answer, answer
    assert site.differences("other key") == []
    assert site.counted()[0] == 0
    assert restored(site) == before


def test_an_undisturbed_drop_has_no_more_requests_than_are_tried(site: Site) -> None:
    site.begin_filled()
    assert "done" in site.apply("without orders", backup=BACKUP)
    assert len(site.aws.asked) <= REQUESTS


def restore_as_printed(site: Site, steps: list[str]) -> None:
    """What the command in the step of a drop sends."""
    (printed,) = [step.partition("restore it by: ")[2] for step in steps if "restore it" in step]
    (inner,) = re.findall(r"\$\((.*)\)", printed)
    table, query = given(inner, "list-backups", "--table-name", "--query")
    arn = jmespath.search(query, site.client.do("ListBackups", TableName=table))
    command = printed.replace(f"$({inner})", arn)
    target, arn = given(command, "restore-table-from-backup", "--target-table-name", "--backup-arn")
    assert target == f"{site.prefix}orders"
    site.client.do("RestoreTableFromBackup", TargetTableName=target, BackupArn=arn)
    wait_until(lambda: is_there(site))


def given(command: str, action: str, *options: str) -> list[str]:
    """The values of options of a command of AWS."""
    program, service, name, *rest = shlex.split(command)
    assert (program, service, name) == ("aws", "dynamodb", action)
    found = dict(zip(rest[::2], rest[1::2], strict=True))
    assert found.pop("--output", "text") == "text"
    assert found.keys() == set(options)
    return [found[option] for option in options]


@pytest.mark.case("S23")
def test_printed_command_restores_a_table_and_what_it_lacks_is_found(site: Site) -> None:
    site.begin_filled()
    older = {"BackupName": f"{BACKUP}-{site.prefix}orders"}
    site.client.do("CreateBackup", TableName=f"{site.prefix}orders", **older)
    site.fill(10, start=1000)
    before = site.counted()
    restore_as_printed(site, site.apply("without orders", backup=BACKUP)["done"])
    assert site.counted() == before
    with looking(site.aws.url, VERSIONS["first"], f"{site.prefix}{{table}}") as looker:
        assert looker.findings() == LACKS


@pytest.mark.case("S23")
def test_a_restored_table_lacks_facts_that_a_plan_adds_once_it_is_owned(site: Site) -> None:
    before = site.begin_filled()
    orders = {"TableName": f"{site.prefix}orders"}
    made = site.client.do("CreateBackup", **orders, BackupName=BACKUP)["BackupDetails"]
    site.client.do("DescribeBackup", BackupArn=made["BackupArn"])
    site.client.do("DeleteTable", **orders)
    while site.client.raw("DescribeTable", **orders)[0] == 200:
        pass
    restore = {"TargetTableName": orders["TableName"], "BackupArn": made["BackupArn"]}
    site.client.do("RestoreTableFromBackup", **restore)
    while not is_there(site):
        pass
    with looking(site.aws.url, VERSIONS["first"], f"{site.prefix}{{table}}") as looker:
        assert looker.findings() == LACKS
    answer = site.apply("first")
    assert answer["error"] == "not-allowed"
    assert "was it restored" in answer["text"]
    site.own("first", "orders")
    assert "done" in site.apply("first")
    assert site.differences("first") == []
    assert site.counted() == before
