"""What is watched in a stack: each of its resources that has alarms, by its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..._dataclass import dataclass
from ...errors import DeclarationError, Place
from ...model.declarations.infrastructure.alarms import Alarms
from ..values import Attribute, Property, Resource
from .account import function_account_alarms, table_account_alarms
from .alarm import Alarm
from .api import api_alarms
from .database import instance_alarms
from .functions import consumer_alarms, dead_letter_alarms, function_alarms
from .proxy import proxy_alarms
from .tables import table_alarms

TABLE = "AWS::DynamoDB::Table"
FUNCTION = "AWS::Lambda::Function"
CONSUMER = "AWS::Lambda::EventSourceMapping"
QUEUE = "AWS::SQS::Queue"
API = "AWS::ApiGateway::RestApi"
API_STAGE = "AWS::ApiGateway::Stage"
INSTANCE = "AWS::RDS::DBInstance"
PROXY = "AWS::RDS::DBProxy"
SCALED = "AWS::ApplicationAutoScaling::ScalableTarget"

_NAMES = {
    TABLE: "TableName",
    FUNCTION: "FunctionName",
    QUEUE: "QueueName",
    INSTANCE: "DBInstanceIdentifier",
    PROXY: "DBProxyName",
}
_DEAD_LETTERS = ("DestinationConfig", "RedrivePolicy", "DeadLetterConfig")


@dataclass(frozen=True, slots=True)
class Watched:
    """A resource with its alarms. id: of the resource; `Account` for the account as a whole.
    name: that its alarms' names begin with."""

    id: str
    type: str
    name: str
    alarms: tuple[Alarm, ...]


def watched(resources: Sequence[Resource], stack: str, given: Alarms) -> Sequence[Watched]:
    """Everything in a stack that has alarms, in its order, then the account.

    stack: its name. given: what is otherwise than by default.

    Raises DeclarationError for names of alarms that there are not, and for thresholds that would
    leave an alarm on or off for ever.
    """
    by_id = {one.id: one for one in resources}
    found = [
        Watched(one.id, one.type, _name(one, stack), tuple(_alarms(one, by_id, given)))
        for one in resources
    ]
    found.append(Watched("Account", "", f"{stack}-account", tuple(_account(resources, given))))
    _check_names(found, given)
    chosen = [_chosen(one, given) for one in found]
    _check_thresholds(chosen, given)
    return [one for one in chosen if one.alarms]


def _alarms(resource: Resource, by_id: Mapping[str, Resource], given: Alarms) -> Iterable[Alarm]:
    """The alarms of a resource, as they are by default."""
    match resource.type:
        case "AWS::DynamoDB::Table":
            return table_alarms(resource, _scaled(by_id.values()), given)
        case "AWS::Lambda::Function":
            return function_alarms(resource)
        case "AWS::Lambda::EventSourceMapping":
            return consumer_alarms(resource, _function(resource, by_id))
        case "AWS::SQS::Queue" if resource.id in _dead_letters(by_id.values()):
            return dead_letter_alarms(resource)
        case "AWS::ApiGateway::Stage":
            return _api_stage(resource, by_id)
        case "AWS::RDS::DBInstance":
            return instance_alarms(resource)
        case "AWS::RDS::DBProxy":
            return proxy_alarms(resource)
    return ()


def _account(resources: Sequence[Resource], given: Alarms) -> Iterator[Alarm]:
    types = {one.type for one in resources}
    if TABLE in types:
        yield from table_account_alarms()
    if FUNCTION in types:
        yield from function_account_alarms(given.lambda_concurrency)


def _name(resource: Resource, stack: str) -> str:
    """Its own name, if the template says it; else one of the stack."""
    name = resource.properties.get(_NAMES.get(resource.type, ""))
    return name if isinstance(name, str) else f"{stack}-{resource.id}"


def _function(mapping: Resource, by_id: Mapping[str, Resource]) -> Property:
    """The name of the function that a mapping calls, be it named by ARN or by an alias."""
    named = mapping.properties.get("FunctionName", "")
    while isinstance(named, Attribute) and named.resource in by_id:
        referred = by_id[named.resource]
        if referred.type == FUNCTION:
            return Attribute(referred.id)
        named = referred.properties.get("FunctionName", "")
    return named


def _api_stage(stage: Resource, by_id: Mapping[str, Resource]) -> Iterable[Alarm]:
    api = stage.properties.get("RestApiId")
    if not isinstance(api, Attribute) or api.resource not in by_id:
        return ()
    name = by_id[api.resource].properties.get("Name", "")
    return api_alarms(name, stage.properties.get("StageName", ""))


def _dead_letters(resources: Iterable[Resource]) -> set[str]:
    """The ids of queues that others send to what they give up."""
    return {
        reference.resource
        for one in resources
        for name in _DEAD_LETTERS
        for reference in _references(one.properties.get(name, ""))
    }


def _references(value: Property) -> Iterator[Attribute]:
    if isinstance(value, Attribute):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _references(one)


def _scaled(resources: Iterable[Resource]) -> dict[str, float]:
    """The most units that scaling gives, by resource and dimension."""
    found: dict[str, float] = {}
    for one in resources:
        most = one.properties.get("MaxCapacity")
        if one.type == SCALED and isinstance(most, int):
            place, dimension = (one.properties.get(n) for n in ("ResourceId", "ScalableDimension"))
            found[f"{place}:{dimension}"] = most
    return found


def _chosen(one: Watched, given: Alarms) -> Watched:
    """With the thresholds that are given, and without what is not wanted."""
    return Watched(
        one.id,
        one.type,
        one.name,
        tuple(
            _with_threshold(one.id, alarm, given)
            for alarm in one.alarms
            if not {alarm.kind, f"{one.id}.{alarm.kind}"} & set(given.without)
        ),
    )


def _with_threshold(resource: str, alarm: Alarm, given: Alarms) -> Alarm:
    default = given.thresholds.get(alarm.kind, alarm.threshold)
    return replace(alarm, threshold=given.thresholds.get(f"{resource}.{alarm.kind}", default))


def _check_names(found: Sequence[Watched], given: Alarms) -> None:
    kinds = {alarm.kind for one in found for alarm in one.alarms}
    known = kinds | {f"{one.id}.{alarm.kind}" for one in found for alarm in one.alarms}
    unknown = [name for name in (*given.thresholds, *given.without) if name not in known]
    if unknown:
        raise DeclarationError(
            f"alarms: there is no alarm {', '.join(map(repr, unknown))} in this stack",
            where=Place(note="infrastructure, alarms="),
            fix=f"name one of {', '.join(sorted(kinds))}, or one of them after the id of "
            f"{', '.join(one.id for one in found if one.alarms)}",
        )


def _check_thresholds(found: Sequence[Watched], given: Alarms) -> None:
    """Refuse what is given, and no value of the metric is beyond, or every one is."""
    problems = [
        f"{name}={alarm.threshold:g}, of values from 0 to {alarm.most:g}"
        for one in found
        for alarm in one.alarms
        for name in (f"{one.id}.{alarm.kind}", alarm.kind)
        if name in given.thresholds and not alarm.is_possible
    ]
    if problems:
        raise DeclarationError(
            f"alarms: with these thresholds an alarm is on or off for ever: "
            f"{', '.join(dict.fromkeys(problems))}",
            where=Place(note="infrastructure, alarms="),
            fix="give thresholds in the unit of the metric: docs/guides/alarms.md has each",
            problems=list(dict.fromkeys(problems)),
        )
