"""Who asks, and what they may: STS and IAM, which take forms and reply in XML.

Sources:
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from ..._dataclass import dataclass
from ...errors import TrueupError
from ..checks import WAIT_S
from .errors import translate_transport
from .port import DynamoWire, HttpPayload
from .wire.aws.service import IAM, STS, Service
from .wire.errors import TransportError
from .wire.http.reply import Reply, name_in

MOST_RESULTS = 1000
"""The most results of a simulation in one reply."""

_ARN = r"arn:[\w:/.@=,+*-]{1,400}"
_PAIRS = re.compile(
    rf"<EvalResourceName>({_ARN}|\*)</EvalResourceName>\s*"
    r"<EvalResourceDecision>(\w+)</EvalResourceDecision>"
)
_ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, or the error of a request that had none."""

    reply: Reply | None
    error: TrueupError | None = None

    @property
    def code(self) -> str:
        """The code of an error, in XML."""
        body = self.reply.body if self.reply else b""
        found = re.search(rb"<Code>([^<]{1,128})</Code>", body)
        return name_in(found[1].decode("latin-1")) if found else ""

    def text(self, tag: str, pattern: str) -> str:
        """The text of the first element of this name, if it has the form; else empty."""
        if self.reply is None or self.reply.status != 200:
            return ""
        found = re.search(rf"<{tag}>({pattern})</{tag}>", self.reply.body.decode("latin-1"))
        return found[1] if found else ""


def send(wire: DynamoWire, payload: HttpPayload) -> Answer:
    """One request, with a bounded wait; nothing is sent twice."""
    try:
        return Answer(wire.perform(payload, time.monotonic() + WAIT_S))
    except TransportError as error:
        return Answer(None, translate_transport(error, "DescribeTable"))
    except TrueupError as error:
        return Answer(None, error)


def who_asks(wire: DynamoWire) -> Answer:
    """The reply of STS that names the caller."""
    return send(wire, _form(STS, "GetCallerIdentity", "2011-06-15", []))


def arn_of_caller(answer: Answer) -> str:
    """The ARN in a reply of `who_asks`; empty if it has none."""
    return answer.text("Arn", _ARN)


def simulate(
    wire: DynamoWire, source: str, actions: Sequence[str], resources: Sequence[str]
) -> Answer:
    """IAM's reply: whether the policies of `source` allow the actions on each of the resources."""
    fields = [("PolicySourceArn", source), ("MaxItems", str(MOST_RESULTS))]
    fields += [(f"ActionNames.member.{n}", action) for n, action in enumerate(actions, start=1)]
    fields += [(f"ResourceArns.member.{n}", arn) for n, arn in enumerate(resources, start=1)]
    return send(wire, _form(IAM, "SimulatePrincipalPolicy", "2010-05-08", fields))


def allowed(answer: Answer) -> set[tuple[str, str]]:
    """The pairs of an action and a resource that a simulation allows."""
    body = answer.reply.body.decode("latin-1") if answer.reply else ""
    return {pair for part in body.split("<EvalActionName>")[1:] for pair in _allowed_in(part)}


def _allowed_in(part: str) -> Iterator[tuple[str, str]]:
    """The allowed pairs of one action: its results by resource, or its only result."""
    action = part.partition("</EvalActionName>")[0]
    pairs = _PAIRS.findall(part)
    if not pairs:
        resource = re.search(rf"<EvalResourceName>({_ARN}|\*)</EvalResourceName>", part)
        decision = re.search(r"<EvalDecision>(\w+)</EvalDecision>", part)
        pairs = [(resource[1], decision[1])] if resource and decision else []
    yield from ((action, resource) for resource, decision in pairs if decision == _ALLOWED)


def _form(
    service: Service, action: str, version: str, fields: Sequence[tuple[str, str]]
) -> HttpPayload:
    body = urlencode([("Action", action), ("Version", version), *fields]).encode("ascii")
    return HttpPayload(action, body, service)
