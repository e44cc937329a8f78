"""What the credentials allow, command by command: IAM simulates it, or a harmless request shows it.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..checks import Examination, Finding, bad, good, listed, not_needed, unknown
from .asking import MOST_RESULTS, allowed, send, simulate
from .denied import NOT_ALLOWED
from .errors import read_failure
from .permissions import NEEDS, Need, is_root, missing, policy_source, table_arn
from .port import DynamoWire, HttpPayload
from .wire.aws.endpoint import Endpoint

_MOST_DESCRIBED = 3

Pairs = set[tuple[str, str]]
"""Actions with the ARNs that they are needed on."""


def check_permissions(
    wire: DynamoWire, caller: str, examined: Examination, endpoint: Endpoint
) -> Iterator[Finding]:
    """One finding for each command, if anything can be found out. caller: an ARN."""
    if is_root(caller):
        yield good("permissions", "the root user, whom no policy limits")
        return
    if not examined.tables:
        yield not_needed("permissions", "the layer has no tables")
        return
    wanted = {need: _pairs(need, caller, examined, endpoint.region) for need in NEEDS}
    source = policy_source(caller)
    every: Pairs = set().union(*wanted.values())
    found, why = _simulated(wire, source, every) if source else (None, "it is no user and no role")
    if found is None:
        yield from _described(wire, caller, examined, endpoint, why)
        return
    for need, pairs in wanted.items():
        yield _verdict(need, source, sorted(pairs - found))


def _verdict(need: Need, source: str, denied: Sequence[tuple[str, str]]) -> Finding:
    check = f"permissions: {need.command}"
    if not denied:
        return good(check, "everything it needs is allowed")
    return bad(
        check,
        f"not allowed: {missing(denied)}",
        f"allow that in a policy of {source.rpartition(':')[2]}; what an organisation or a "
        "table's own policy says is not looked at",
    )


def _pairs(need: Need, caller: str, examined: Examination, region: str) -> Pairs:
    found: Pairs = {(action, "*") for action in need.on_all}
    for name, table in examined.tables.items():
        arn = table_arn(caller, region, name)
        found |= {(action, arn) for action in need.on_tables}
        found |= {
            (action, f"{arn}/index/{index}")
            for action in need.on_indexes
            for index in table.indexes
        }
    if examined.state_table:
        arn = table_arn(caller, region, examined.state_table)
        found |= {(action, arn) for action in need.on_state}
    return found


def _simulated(wire: DynamoWire, source: str, pairs: Pairs) -> tuple[Pairs | None, str]:
    """The pairs that are allowed; or None, and why it cannot be told."""
    found: Pairs = set()
    for actions, resources in _requests(pairs):
        answer = simulate(wire, source, actions, resources)
        if answer.reply is None or answer.reply.status != 200:
            return None, answer.code or "IAM does not answer"
        found |= allowed(answer)
    return found, ""


def _requests(pairs: Pairs) -> Iterator[tuple[list[str], list[str]]]:
    """Actions and resources to simulate together: all resources that need the same actions."""
    by_resource: dict[str, list[str]] = {}
    for action, arn in sorted(pairs):
        by_resource.setdefault(arn, []).append(action)
    by_actions: dict[tuple[str, ...], list[str]] = {}
    for arn, actions in by_resource.items():
        by_actions.setdefault(tuple(actions), []).append(arn)
    for same, arns in by_actions.items():
        most = MOST_RESULTS // len(same)
        for start in range(0, len(arns), most):
            yield list(same), arns[start : start + most]


def _described(
    wire: DynamoWire, caller: str, examined: Examination, endpoint: Endpoint, why: str
) -> Iterator[Finding]:
    """What a harmless request shows, where nothing can be simulated."""
    names = sorted(examined.tables)[:_MOST_DESCRIBED]
    denied = [name for name in names if _is_denied(wire, name)]
    if denied:
        arns = [("dynamodb:DescribeTable", table_arn(caller, endpoint.region, n)) for n in denied]
        fix = "allow that in a policy of the user or role that asks"
        yield bad("permissions: plan, diff, verify", f"not allowed: {missing(arns)}", fix)
    yield unknown(
        "permissions",
        f"they cannot be simulated ({why}); DescribeTable is "
        + (f"allowed on {listed(names)}" if not denied else "not allowed"),
        "allow iam:SimulatePrincipalPolicy on the user or role that asks; docs/commands/doctor.md "
        "has the actions that each command needs",
    )


def _is_denied(wire: DynamoWire, name: str) -> bool:
    payload = HttpPayload("DescribeTable", json.dumps({"TableName": name}).encode())
    reply = send(wire, payload).reply
    return reply is not None and reply.status != 200 and read_failure(reply).code in NOT_ALLOWED
