"""What is attached to a table: tags, its policy, contributor insights.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html
What holds in each state was measured: DDB-TABLE-089, 101, 103, 116, 346.
"""

from __future__ import annotations

from dataclasses import replace

from tests.aws_proxy.call import Call, body_of, with_body
from tests.aws_proxy.refused import Refused, invalid, not_found
from tests.aws_proxy.state import Handler, State
from tests.faults.proxy import Reply

WIDEST_MODE = "ACCESSED_AND_THROTTLED_KEYS"


def list_tags(state: State, call: Call) -> Reply:
    """Tags, a page at a time."""
    _check_resource(state, call)
    table = state.table(call.table)
    reply = call.forward()
    if reply.status != 200:
        return reply
    tags = [] if table.look("tags") else body_of(reply)["Tags"]
    start = int(call.parameters.get("NextToken") or 0)
    end = start + state.tags_per_page
    page = {"Tags": state.shuffle(tags[start:end])}
    return with_body(reply, page | ({"NextToken": str(end)} if end < len(tags) else {}))


def change_tags(state: State, call: Call) -> Reply:
    """TagResource and UntagResource; another change soon after one is refused."""
    _check_resource(state, call)
    table = state.table(call.table)
    if table.look("tag_lock"):
        text = f"Subscriber limit exceeded: Table tags are being updated: {call.table}"
        raise Refused("LimitExceededException", text)
    reply = call.forward()
    if reply.status == 200:
        table.left["tag_lock"] = state.looks.tag_lock
    return reply


def put_policy(state: State, call: Call) -> Reply:
    _check_resource(state, call)
    table = state.table(call.table)
    before = call.ask("GetResourcePolicy", ResourceArn=call.parameters.get("ResourceArn"))
    reply = call.forward()
    if reply.status == 200:
        table.former_policy = before
        table.left["policy"] = state.looks.policy
    return reply


def get_policy(state: State, call: Call) -> Reply:
    _check_resource(state, call)
    table = state.table(call.table)
    reply = call.forward()
    if not table.look("policy"):
        return reply
    if table.former_policy is None:
        text = f"Resource-based policy not found for the provided ResourceArn: {call.table}"
        raise Refused("PolicyNotFoundException", text)
    return with_body(replace(reply, status=200), table.former_policy)


def update_insights(state: State, call: Call) -> Reply:
    _check_insights(state, call)
    reply = call.forward()
    if reply.status != 200:
        return reply
    mode = call.parameters.get("ContributorInsightsMode", WIDEST_MODE)
    state.table(call.table).insights_modes[call.parameters.get("IndexName", "")] = mode
    return with_body(reply, {**body_of(reply), "ContributorInsightsMode": mode})


def describe_insights(state: State, call: Call) -> Reply:
    reply = call.forward()
    if reply.status != 200:
        return reply
    mode = state.table(call.table).insights_modes.get(call.parameters.get("IndexName", ""))
    given = {"ContributorInsightsMode": mode} if mode else {}
    return with_body(reply, body_of(reply) | given)


def _check_resource(state: State, call: Call) -> None:
    if state.table(call.table).status in ("CREATING", "DELETING"):
        raise not_found(f"ResourceArn: {call.parameters.get('ResourceArn')} not found")


def _check_insights(state: State, call: Call) -> None:
    table, index = state.table(call.table), call.parameters.get("IndexName")
    if table.status == "CREATING":
        raise invalid("TableStatus must be ACTIVE to update Contributor Insights")
    if index in table.indexes:
        raise invalid("IndexStatus must be ACTIVE to update Contributor Insights")


HANDLERS: dict[str, Handler] = {
    "ListTagsOfResource": list_tags,
    "TagResource": change_tags,
    "UntagResource": change_tags,
    "PutResourcePolicy": put_policy,
    "DeleteResourcePolicy": put_policy,
    "GetResourcePolicy": get_policy,
    "UpdateContributorInsights": update_insights,
    "DescribeContributorInsights": describe_insights,
}
