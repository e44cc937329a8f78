"""What is attached to a table by requests of its own: expiry, recovery, insights, tags, policy.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ....errors import ErrorCode, NeedsOperator
from ....operations.operation import NextRequest, Request
from ....schema.engine import DONE, LiveTable, Progress, Step
from ....schema.facts import Unknown, Value, compared, shown
from ..errors import NO_POLICY, VALIDATION, read_failure
from ..policies import with_resources
from ..wire.http.reply import Reply
from .body import insights_body, recovery_body, tag_list, ttl_body
from .estimates import INSIGHTS, size_estimate
from .steps import LATER, Subject
from .throughput import mapping

TTL_SPACING_S = 3_600.0 + 60.0
"""The time before another change of the expiry is taken: an hour by DynamoDB's clock, from when the
request reaches it. A minute more covers its way, and clocks that differ.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html"""


def ttl_steps(subject: Subject, before: str | None, after: str | None) -> Iterator[Step]:
    """Off, wait, on: a table expires by one attribute at a time."""
    if before is not None:
        yield _ttl_step(subject, before, enabled=False)
    if before is not None and after is not None:
        yield subject.wait(
            f"wait until {subject.name} expires no items",
            subject.looks.ttl_status(),
            lambda status: Progress(status == "DISABLED", note=f"the expiry is {status}"),
            estimate="up to an hour",
        )
    if after is not None:
        yield _ttl_step(subject, after, enabled=True)


def _ttl_step(subject: Subject, attribute: str, *, enabled: bool) -> Step:
    body = {"TableName": subject.name, **ttl_body(attribute, enabled=enabled)}
    wanted = attribute if enabled else None
    sent = subject.sent("UpdateTimeToLive", body, subject.looks.ttl(), lambda ttl: ttl == wanted)
    said = f"expire items by {attribute}" if enabled else "expire no items"
    return subject.step(
        f"{said} in {subject.name}",
        _with_hour_explained(subject, sent),
        estimate="takes effect within an hour",
        spacing="ttl",
        spacing_s=TTL_SPACING_S,
    )


def _with_hour_explained(subject: Subject, sent: Request[Progress]) -> Request[Progress]:
    """The request, whose refusal for a change by others in the last hour says so."""

    def decode(reply: Reply) -> Progress | NextRequest[Progress]:
        if reply.status != 200:
            failure = read_failure(reply)
            if failure.code == VALIDATION and "multiple times" in failure.words:
                raise NeedsOperator(
                    "the expiry was changed less than an hour ago, and DynamoDB takes one change "
                    "an hour",
                    where=subject.where,
                    native=failure.native,
                    code=ErrorCode.ENGINE_FAILED,
                    fix="do the same again in an hour: what is done is not done twice",
                )
        return sent.decode(reply)

    return replace(sent, decode=decode)


def recovery_step(subject: Subject, recovery: Value) -> Step:
    """The step that sets recovery. A new table has none for a while; some servers never do."""
    body = {"TableName": subject.name, **recovery_body(recovery)}
    request = subject.sent("UpdateContinuousBackups", body, is_optional=True)
    wanted = mapping(recovery)
    days = wanted.get("days") or 35
    said = (
        f"can be restored to any of the last {days} days"
        if wanted.get("enabled")
        else ("can no longer be restored to points in time")
    )
    estimate = size_estimate(subject.live) if wanted.get("enabled") else ""
    return subject.step(f"{subject.name} {said}", request, estimate=estimate)


def insights_step(subject: Subject, insights: Value, index: str = "") -> Step:
    """The step that sets the contributor insights of a table, or of an index."""
    named = {"IndexName": index} if index else {}
    body = {"TableName": subject.name, **named, **insights_body(insights)}
    request = subject.sent(
        "UpdateContributorInsights",
        body,
        subject.looks.insights(index),
        lambda found: all(one.agrees for one in compared(insights, found)),
        is_optional=True,
    )
    of = f"{index} of {subject.name}" if index else subject.name
    estimate = INSIGHTS if mapping(insights).get("enabled") else ""
    comment = f"set the contributor insights of {of} to {shown(insights)}"
    return subject.step(comment, request, estimate=estimate)


def tag_steps(
    subject: Subject, before: Mapping[str, Value], after: Mapping[str, Value]
) -> Iterator[Step]:
    """The steps that set and remove tags, and wait until they can be read.

    after: None removes a tag; tags that are not named are left alone.
    """
    put = {
        name: value
        for name, value in after.items()
        if value is not None and before.get(name) != value
    }
    removed = sorted(
        name for name, value in after.items() if value is None and before.get(name) is not None
    )
    if put:
        yield _tag_step(subject, "TagResource", f"set the tags {', '.join(put)}", tag_list(put))
    if removed:
        said = f"remove the tags {', '.join(removed)}"
        yield _tag_step(subject, "UntagResource", said, removed)
    if put or removed:
        yield wait_for_tags(subject, put, removed)


def _tag_step(subject: Subject, action: str, said: str, tags: list[Any]) -> Step:
    what = "Tags" if action == "TagResource" else "TagKeys"

    def request_for(arn: str) -> Request[Progress]:
        return subject.sent(action, {"ResourceArn": arn, what: tags}, is_optional=True)

    return subject.step(f"{said} of {subject.name}", _with_arn(subject, request_for))


def wait_for_tags(subject: Subject, put: Mapping[str, Value], removed: list[str]) -> Step:
    """The step that waits until tags are as set; who may not read them does not wait.

    Reads of tags are eventually consistent.
    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
    """

    def progress(page: Any) -> Progress:
        tags, next_page = ({}, "?") if isinstance(page, Unknown) else page
        if next_page:
            return DONE
        is_set = all(tags.get(name) == value for name, value in put.items())
        return DONE if is_set and not set(removed) & tags.keys() else LATER

    def request_for(arn: str) -> Request[Progress]:
        look = Subject(subject.name, subject.table).looks
        look.resource = arn
        asked = look.tags()
        return Request(
            asked.action, asked.table, asked.payload, lambda reply: progress(asked.decode(reply))
        )

    return subject.step(
        f"wait until the tags of {subject.name} can be read",
        _with_arn(subject, request_for),
        changes=False,
    )


def policy_steps(subject: Subject, before: Value, after: Value) -> Iterator[Step]:
    """The steps that put or delete the policy, and wait until it is another than before.

    AWS may spell a policy in other words: to wait for the same would be to wait for ever.
    """
    if after is None:
        yield subject.step(
            f"delete the resource policy of {subject.name}",
            _with_arn(subject, lambda arn: _deleting(subject, arn)),
        )
    else:
        yield subject.step(
            f"set the resource policy of {subject.name}",
            _with_arn(subject, lambda arn: _putting(subject, arn, str(after))),
        )

    def request_for(arn: str) -> Request[Progress]:
        looks = subject.looks
        looks.resource = arn
        asked = looks.policy()

        def decode(reply: Reply) -> Progress:
            found = asked.decode(reply)
            return DONE if isinstance(found, Unknown) or found != before else LATER

        return Request(asked.action, asked.table, asked.payload, decode)

    yield subject.step(
        f"wait until the resource policy of {subject.name} can be read",
        _with_arn(subject, request_for),
        changes=False,
    )


def _putting(subject: Subject, arn: str, policy: str) -> Request[Progress]:
    body = {"ResourceArn": arn, "Policy": with_resources(policy, arn)}
    return subject.sent("PutResourcePolicy", body, is_optional=True)


def _deleting(subject: Subject, arn: str) -> Request[Progress]:
    sent = subject.sent("DeleteResourcePolicy", {"ResourceArn": arn}, is_optional=True)

    def decode(reply: Reply) -> Progress | NextRequest[Progress]:
        if reply.status != 200 and read_failure(reply).code == NO_POLICY:
            return DONE
        return sent.decode(reply)

    return replace(sent, decode=decode)


def _with_arn(
    subject: Subject, request_for: Callable[[str], Request[Progress]]
) -> Request[Progress]:
    """A request that names the table by its ARN, which a table that is not there yet has not."""
    if subject.arn:
        return request_for(subject.arn)
    described = subject.description

    def decode(reply: Reply) -> Progress | NextRequest[Progress]:
        live = described.decode(reply)
        if not isinstance(live, LiveTable):
            return LATER
        return NextRequest(request_for(live.schema.source or subject.name))

    return Request(described.action, described.table, described.payload, decode)
