"""Whatever others do to a table is found, and only that; it is planned, undone, and agrees again.

The server of the tests keeps most facts; a proxy that behaves as AWS keeps the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import Any
from uuid import uuid4

import pytest

from tests.aws_proxy.client import Client
from tests.aws_proxy.looks import SLOW, Looks
from tests.aws_proxy.proxy import AwsProxy, aws_before
from tests.aws_proxy.recorded import CHANGES, index_changes
from tests.mutations.dynamodb import MUTATIONS, ON_DEMAND, PROVISIONED
from tests.mutations.mutation import Mutation, unexplained
from tests.soak import share
from trueup import Layer, Table
from trueup.engines.connect import find_driver, new_engine
from trueup.engines.dynamodb.policies import canonical, with_resources
from trueup.operations.operation import Operation, send
from trueup.operations.run import run
from trueup.resilience import Retries, RetryPolicy
from trueup.schema.changes import Change, DropTable
from trueup.schema.create import create_tables
from trueup.schema.engine import LiveTable, Step
from trueup.schema.hazard import Allowance
from trueup.schema.plan import Plan, make_plan
from trueup.schema.verify import verify_table
from trueup.testing.cleanup import drop_tables

KEPT = [mutation for mutation in MUTATIONS if mutation.is_kept]
DROPPED = [mutation for mutation in MUTATIONS if not mutation.is_kept]
ON_AWS = [*DROPPED, *share(KEPT, lambda mutation: mutation.paths[0].partition(".")[0])]


PATIENT = [("UpdateContinuousBackups", "ContinuousBackupsUnavailableException")]
"""What AWS says of what is not there yet; the same is asked again."""


class Live:
    """A table that is there as declared, on one server; others change it by raw requests."""

    def __init__(self, url: str, port: int, table: Table[Any], prefix: str) -> None:
        self.url, self.client = url, Client(port)
        self.aws: AwsProxy | None = None
        self.layer = Layer("jobs", target="dynamodb", tables=[table])
        self.driver, self.address = find_driver(url)
        self.wire = self.driver.open_wire(self.address, 30)
        names = prefix + "{table}"
        self.engine = new_engine(self.driver, self.layer, names, RetryPolicy.STANDARD)
        self.described = self.layer.describe(table)
        self.declared = self.engine.declared(self.described)
        self.name = self.declared.name
        self.perform(create_tables(self.engine, [self.described]))

    def perform(self, operation: Operation[Any]) -> Any:
        retried = Retries(RetryPolicy.STANDARD)(operation)
        return run(retried, self.wire, time.monotonic() + 30)

    def look(self) -> Mapping[str, LiveTable]:
        found: Mapping[str, LiveTable] = self.perform(self.engine.inspect([self.name]))
        return found

    def differing(self) -> list[str]:
        """The paths of what differs."""
        findings = verify_table(self.declared, self.look().get(self.name))
        return [".".join(one.difference.path) for one in findings if one.verdict == "differs"]

    def plan(self, *allowed: Allowance) -> Plan:
        """The plan with these options, or with all."""
        return make_plan(
            {self.name: self.declared},
            self.look(),
            owned=[self.name],
            allowed=allowed or list(Allowance),
        )

    def make(self, changes: Sequence[Change]) -> None:
        """Make changes, each of which takes a while on AWS, which refuses none of the requests."""
        steps = self.engine.render(changes, self.look())
        if self.aws is None:
            self._perform_steps(steps)
            return
        self.aws.forget()
        self.aws.state.looks = SLOW
        self._perform_steps(steps)
        self.aws.state.looks = Looks()
        refused = [one for one in self.aws.refused if one[0] in CHANGES and one not in PATIENT]
        assert refused == []
        for changed in index_changes(self.aws.asked):
            assert len(changed) <= 1 or {kind for kind, _ in changed} == {"Update"}

    def _perform_steps(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self.let_time_pass()
            while not self.perform(send(step.request)).is_done:
                self.let_time_pass()

    def mutate(self, mutation: Mutation) -> None:
        arn = self.client.table(self.name)["TableArn"]
        for action, given in mutation.calls:
            parameters = dict(given)
            if policy := parameters.get("Policy"):
                parameters["Policy"] = with_resources(canonical(policy) or "", arn)
            by_arn = action.endswith(("TagResource", "UntagResource", "ResourcePolicy"))
            parameters |= {"ResourceArn": arn} if by_arn else {"TableName": self.name}
            self.let_time_pass()
            self.client.do(action, **parameters)

    def let_time_pass(self) -> None:
        """The hour between changes of the expiry, and what else AWS wants to wait for."""
        if self.aws is not None:
            self.aws.state.clock.move_on(3_601)


@pytest.fixture(scope="module")
def opened(dynamodb_url: str, server: tuple[str, int]) -> Iterator[dict[tuple[bool, str], Live]]:
    """The tables, made once: by whether a proxy stands before the server, and by billing."""
    prefix = f"trueup-mutated-{uuid4().hex[:8]}-"
    with ExitStack() as stack:
        aws = stack.enter_context(aws_before(server))
        found: dict[tuple[bool, str], Live] = {}
        for is_proxied, url, port in ((False, dynamodb_url, server[1]), (True, aws.url, aws.port)):
            for table in (ON_DEMAND, PROVISIONED):
                billing = table.dynamodb.billing
                live = Live(url, port, table, f"{prefix}{billing}-{is_proxied}-")
                stack.enter_context(closing(live.wire))
                live.aws = aws if is_proxied else None
                found[is_proxied, billing] = live
        yield found
    for live in found.values():
        off = {"TableName": live.name, "DeletionProtectionEnabled": False}
        Client(server[1]).raw("UpdateTable", **off)
    drop_tables(dynamodb_url, prefix)


def check(live: Live, mutation: Mutation) -> Plan:
    """It is found, and only it; the plan undoes it."""
    assert live.differing() == []
    live.mutate(mutation)
    assert unexplained(mutation.paths, live.differing()) == ([], [])
    plan = live.plan()
    assert plan.changes
    live.make(plan.steps)
    assert live.differing() == []
    assert live.plan().changes == ()
    return plan


@pytest.mark.case("S42")
@pytest.mark.parametrize("mutation", KEPT, ids=str)
def test_mutation_is_found_and_undone(
    opened: dict[tuple[bool, str], Live], mutation: Mutation
) -> None:
    check(opened[False, mutation.table.dynamodb.billing], mutation)


@pytest.mark.soak
@pytest.mark.case("S42")
@pytest.mark.parametrize("mutation", ON_AWS, ids=str)
def test_mutation_is_found_and_undone_and_done_again_on_aws(
    opened: dict[tuple[bool, str], Live], mutation: Mutation
) -> None:
    live = opened[True, mutation.table.dynamodb.billing]
    plan = check(live, mutation)
    inverses = [planned.inverse() for planned in reversed(plan.changes)]
    if not any(change is None or isinstance(change, DropTable) for change in inverses):
        live.make([change for change in inverses if change is not None])
        assert unexplained(mutation.paths, live.differing()) == ([], [])
        live.make(live.plan().steps)
        assert live.differing() == []


def test_there_are_as_many_as_promised() -> None:
    assert len(KEPT) >= 40
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)


def test_table_without_mutations_agrees(opened: dict[tuple[bool, str], Live]) -> None:
    for live in opened.values():
        assert [live.differing() for _ in range(20)] == [[]] * 20


@pytest.mark.case("S12")
def test_plans_are_empty_however_often_and_keep_undeclared_indexes(
    opened: dict[tuple[bool, str], Live],
) -> None:
    live = opened[True, "on_demand"]
    assert [live.plan().steps for _ in range(20)] == [[]] * 20
    (mine,) = [one for one in MUTATIONS if one.name == "index that nobody declared"]
    live.mutate(mine)
    keeping = live.plan(Allowance.DATA_LOSS)
    live.make(live.plan(Allowance.PRUNE).steps)
    assert keeping.steps == []
    assert [str(change) for change in keeping.kept] == ["index Mine is not declared"]
    assert live.plan().steps == []
