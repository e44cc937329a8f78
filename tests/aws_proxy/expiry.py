"""Time to live: one change an hour, and one attribute at a time.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
Texts and their order were measured: DDB-TABLE-143, 144, 146.
"""

from __future__ import annotations

from tests.aws_proxy.call import Call, Json, body_of, with_body
from tests.aws_proxy.refused import in_use, invalid
from tests.aws_proxy.state import Handler, State
from tests.faults.proxy import Reply

PAUSE_S = 3600.0


def update(state: State, call: Call) -> Reply:
    table, now_s = state.table(call.table), state.clock.now_s()
    if table.status in ("CREATING", "DELETING"):
        raise in_use(f"Table {call.table} is being {table.status.lower().replace('ing', 'ed')}")
    body = call.ask("DescribeTimeToLive", TableName=call.table)
    if body is None:
        return call.forward()
    _check_content(call.parameters.get("TimeToLiveSpecification", {}), body)
    if table.ttl_changed_s is not None and now_s - table.ttl_changed_s < PAUSE_S:
        raise invalid("Time to live has been modified multiple times within a fixed interval")
    reply = call.forward()
    if reply.status == 200:
        table.ttl_changed_s = now_s
        table.left["ttl"] = state.looks.ttl
    return reply


def _check_content(wanted: Json, body: Json) -> None:
    live = body["TimeToLiveDescription"]
    is_on = live["TimeToLiveStatus"] == "ENABLED"
    if is_on and live.get("AttributeName") != wanted.get("AttributeName"):
        raise invalid(
            "TimeToLive is active on a different AttributeName: current AttributeName is "
            f"{live.get('AttributeName')}"
        )
    if is_on == bool(wanted.get("Enabled")):
        raise invalid(f"TimeToLive is already {'enabled' if is_on else 'disabled'}")


def describe(state: State, call: Call) -> Reply:
    table = state.table(call.table)
    if table.status in ("CREATING", "DELETING"):
        raise invalid(
            f"Cannot describe time to live while table is in {table.status} state: Current table "
            f"state is {table.status}"
        )
    reply = call.forward()
    if reply.status != 200:
        return reply
    shown = dict(body_of(reply)["TimeToLiveDescription"])
    if table.look("ttl"):
        shown["TimeToLiveStatus"] = shown["TimeToLiveStatus"].replace("ED", "ING")
    elif shown["TimeToLiveStatus"] == "DISABLED" and not state.names_disabled_ttl:
        shown.pop("AttributeName", None)
    return with_body(reply, {"TimeToLiveDescription": shown})


HANDLERS: dict[str, Handler] = {"UpdateTimeToLive": update, "DescribeTimeToLive": describe}
