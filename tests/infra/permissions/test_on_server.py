"""A server that checks permissions lets a caller with a function's policy do what it declares.

ministack looks at actions and resources, not at conditions: those are in `test_evaluator.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.infra.permissions.calls import (
    CALLS,
    NOW_S,
    PAST_S,
    Act,
    declaring,
    expire,
    fill,
    in_transaction,
)
from tests.infra.permissions.evaluator import placed
from tests.infra.permissions.shop import NAMES, ORDERS, TABLES, Order, policy
from trueup import InvalidCall, Layer, NeedsOperator, at, connect
from trueup.engines.dynamodb.permissions import NEEDS
from trueup.engines.open_tables import open_tables_to_read
from trueup.infra.permissions.functions import Deployed
from trueup.infra.permissions.tables import calls_of
from trueup.infra.permissions.verify import verify_policy
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import look_at, verify_tables
from trueup.model.declarations.access import Access
from trueup.model.description.check import describe
from trueup.testing.ministack import Server, ministack_version, running_ministack
from trueup.testing.recording import UndeclaredCall, recorded

pytestmark = pytest.mark.server

LAYER = Layer("shop", target="dynamodb", tables=TABLES)
REGION = "eu-west-1"
DEPLOYED = Deployed(LAYER, NAMES)
NEED = next(need for need in NEEDS if need.command == "diff, verify")
ACCESSES = list(dict.fromkeys(access for access, _ in CALLS))


class Caller:
    """A user whose policy is that of a function, and an administrator beside."""

    def __init__(self, server: Server, patch: pytest.MonkeyPatch) -> None:
        self._now = PAST_S - 1
        self._iam: Any = boto3.client(
            "iam",
            endpoint_url=f"http://{server.host}:{server.port}",
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        self._iam.create_user(UserName="function")
        self.url = f"{server.url}?region={REGION}"
        self._log_in(patch, "test", "test")
        self.admin = self._connect()
        fill(self.admin)
        self.known_to_admin = self.verified()
        key = self._iam.create_access_key(UserName="function")["AccessKey"]
        self._log_in(patch, key["AccessKeyId"], key["SecretAccessKey"])
        self.db = self._connect()

    def _log_in(self, patch: pytest.MonkeyPatch, key: str, secret: str) -> None:
        patch.setenv("AWS_ACCESS_KEY_ID", key)
        patch.setenv("AWS_SECRET_ACCESS_KEY", secret)

    def _connect(self) -> Any:
        return connect(self.url, LAYER, table_names=NAMES, clock=lambda: self._now)

    def close(self) -> None:
        """Close the connections."""
        self.db.close()
        self.admin.close()

    def declare(self, access: Access) -> None:
        """Give the user the policy of a function that declares this alone."""
        self.grant(policy(**{"reads" if access.is_read else "writes": [access]}))

    def grant(self, granted: Any) -> None:
        """Give the user this policy, and no other."""
        self._iam.put_user_policy(
            UserName="function",
            PolicyName="declared",
            PolicyDocument=json.dumps(placed(granted, account="000000000000")),
        )

    def verified(self) -> set[str]:
        """Every fact that `trueup verify` finds out, as the user who is logged in."""
        with open_tables_to_read(self.url, LAYER, table_names=NAMES) as opened:
            declared = declared_tables(opened.open_layer, [], protect=False)
            found = verify_tables(declared, look_at(opened)).findings
        return {f"{one.table} {one.difference.path}" for one in found if one.verdict != "unknown"}

    def call(self, act: Act) -> None:
        """Make a call, with an item that has expired meanwhile."""
        self._now = PAST_S - 1
        expire(self.admin)
        self._now = NOW_S
        act(self.db)

    def try_call(self, act: Act) -> str:
        """The code of the error that a call ends with; empty if it is allowed."""
        try:
            self.call(act)
        except NeedsOperator as error:
            return error.code
        return ""


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    if not ministack_version():
        pytest.skip("ministack is not installed")
    services = "dynamodb,dynamodbstreams,iam,sts"
    with (
        pytest.MonkeyPatch.context() as patch,
        running_ministack(services, checks_permissions=True) as server,
    ):
        found = Caller(server, patch)
        yield found
        found.close()


def is_covered(access: Access, by: Access) -> bool:
    """Whether what an access asks for is allowed by the declaration of another."""
    return calls_of(access, describe(access.table)) <= calls_of(by, describe(by.table))


@pytest.mark.parametrize("declared", ACCESSES, ids=str)
def test_undeclared_calls_are_denied(caller: Caller, declared: Access) -> None:
    caller.declare(declared)
    beyond = [(access, act) for access, act in CALLS if not is_covered(access, by=declared)]
    ends = {str(access): caller.try_call(act) for access, act in beyond}
    assert set(ends.values()) == {"access-denied"}, ends


@pytest.mark.parametrize(("access", "act"), CALLS, ids=[str(access) for access, _ in CALLS])
def test_declared_call_is_allowed(caller: Caller, access: Access, act: Act) -> None:
    caller.declare(access)
    with recorded(caller.db, declaring(access)) as recording:
        caller.call(act)
    assert recording.uncalled == ()


def test_recorder_stops_an_undeclared_call_before_the_server_denies_it(caller: Caller) -> None:
    caller.declare(ORDERS.get)
    add = in_transaction(lambda tx: tx.put(ORDERS, Order(customer="z", number=1)))
    with pytest.raises(UndeclaredCall), recorded(caller.db, declaring(ORDERS.get)) as recording:
        caller.call(add)
    assert [str(one) for one in recording.undeclared] == ["PutItem on orders"]


def test_update_that_is_invalid_needs_no_right_to_read(caller: Caller) -> None:
    """The error says less without it: DynamoDB tells the reason in words only."""
    caller.declare(ORDERS.update)
    change = at(Order.parts["none"]["x"]).assign(1)
    with recorded(caller.db, declaring(ORDERS.update)) as recording, pytest.raises(InvalidCall):
        caller.call(lambda db: db.repository(ORDERS).update(("a", 1), change))
    assert {one.action for one in recording.called} == {"UpdateItem"}


def verifying() -> str:
    """The policy of who verifies. ministack looks for no resource where AWS has `ResourceArn`: it
    takes a request with one for a request on everything."""
    named = ["dynamodb:GetResourcePolicy", "dynamodb:ListTagsOfResource"]
    granted = json.loads(json.dumps(verify_policy(DEPLOYED)))
    granted["Statement"].append({"Effect": "Allow", "Action": named, "Resource": "*"})
    return json.dumps(granted)


def test_verifier_knows_as_much_as_an_administrator_and_reads_no_item(caller: Caller) -> None:
    caller.grant(json.loads(verifying()))
    assert caller.verified() == caller.known_to_admin
    beyond = {caller.try_call(act) for _, act in CALLS}
    assert beyond == {"access-denied"}


@pytest.mark.parametrize("action", NEED.on_tables)
def test_verifier_needs_each_action(caller: Caller, action: str) -> None:
    granted = json.loads(
        json.dumps(verify_policy(DEPLOYED)).replace(action, "dynamodb:ListImports")
    )
    caller.grant(granted)
    assert caller.verified() < caller.known_to_admin
