"""The tables of a template, by the facts that `engines/dynamodb/inspect` gives of live ones.

What a template leaves out has CloudFormation's default: provisioned billing, no recovery, a key
that DynamoDB owns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from .._dataclass import dataclass
from ..engines.dynamodb.ddl.words import INSIGHTS_MODES
from ..engines.dynamodb.inspect.described import read_table
from ..engines.dynamodb.policies import canonical
from ..schema.engine import LiveTable
from ..schema.facts import Path, Unknown, Value
from ..schema.tables import IndexSchema, TableSchema
from .beside import with_beside
from .described import INDEXES, Cut, cut, described
from .documents.files import refused
from .doubts import KMS_KEY, unknown_facts
from .places import INDEX_FACTS, TABLE_FACTS, places
from .properties import is_strange, typed
from .replicas import GLOBAL_TABLE, absent_from, as_table, others
from .template import Template, TemplateResource, is_open

TABLE = "AWS::DynamoDB::Table"
DAYS = 35
"""How many days back a table can be restored, if a template does not say.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-pointintimerecoveryspecification.html"""
_NO_MODE = Unknown("the template names no mode, and AWS does not say which one it takes")

_PART = r"(?:\$\{AWS::\w+\}|[^:\"])*"
_ARN = f"arn:{_PART}:dynamodb:{_PART}:{_PART}:table/"
"""A table of any account and region: a policy is about the table that it is attached to."""


@dataclass(frozen=True, slots=True)
class TemplateTable:
    """A table of a template. name: its physical name; None if CloudFormation makes one.

    live: its facts; its schema has the resource's id as its name, if the name is not known.
    strange: what it says that no declaration can, or that nobody knows, by path.
    """

    resource: TemplateResource
    name: str | Unknown | None
    live: LiveTable
    strange: Mapping[Path, Unknown] = field(default_factory=dict)


def tables_of(template: Template) -> Mapping[str, LiveTable]:
    """The tables whose names are known, by physical name.

    Raises DeclarationError (invalid-template) for a table that no deployment would take.
    """
    return {
        table.name: table.live for table in template_tables(template) if isinstance(table.name, str)
    }


def template_tables(template: Template) -> list[TemplateTable]:
    """All tables of a template, in its order. Raises the error of `tables_of`."""
    region = template.parameters.get("AWS::Region")
    found: list[TemplateTable] = []
    for resource in template.resources.values():
        if resource.type == GLOBAL_TABLE:
            found.append(_global(resource, region if isinstance(region, str) else ""))
        elif resource.type == TABLE:
            found.append(_table(resource))
    _check_names(found)
    return [replace(one, live=with_beside(one.live, one.resource, template)) for one in found]


def _check_names(tables: Iterable[TemplateTable]) -> None:
    """Raise if a stack makes two tables of a name, unless it may be that it makes only one."""
    taken: dict[tuple[str, object], TemplateTable] = {}
    for one in tables:
        if isinstance(one.name, str) and () not in one.live.unknown:
            stack = one.resource.id.rpartition("/")[0]
            other = taken.setdefault((stack, one.name), one)
            if other is not one:
                raise refused(
                    f"{one.resource.id} has the name of {other.resource.id} at "
                    f"{other.resource.place_of('TableName')}: {one.name}",
                    one.resource.file,
                    one.resource.line_of("TableName"),
                )


def _global(resource: TemplateResource, region: str) -> TemplateTable:
    """A global table as that of a region, with what its other replicas say otherwise."""
    table = _table(as_table(resource, region))
    elsewhere = absent_from(resource, region)
    live = replace(table.live, unknown={(): elsewhere}) if elsewhere else table.live
    return replace(table, live=live, strange={**table.strange, **others(resource, region)})


def _table(resource: TemplateResource) -> TemplateTable:
    for attribute in ("Condition", "Properties"):
        doubt = resource.attributes.get(attribute)
        if attribute == "Properties" and isinstance(doubt, Unknown):
            bare = TableSchema(resource.id, (), source=resource.place_of())
            return TemplateTable(resource, doubt, LiveTable(bare, unknown={(): doubt}))
    known, unknown = cut(typed(resource))
    table = Cut(known, unknown, resource)
    name = unknown.get(("TableName",)) or known.get("TableName")
    physical = name if isinstance(name, str) else resource.id
    schema = _schema(table, physical)
    doubts = dict(unknown_facts(table, schema))
    if isinstance(condition := resource.attributes.get("Condition"), Unknown):
        doubts = {(): condition}
    sources = dict(_sources(table))
    live = LiveTable(schema, unknown=doubts, sources=sources)
    strange = {path: why for path, why in unknown.items() if is_strange(path)}
    if resource.type == TABLE and "Replicas" in resource.properties:
        strange |= others(resource, "")
    return TemplateTable(resource, name, live, strange)


def _schema(table: Cut, name: str) -> TableSchema:
    """The schema; what is not known has some value."""
    known = table.known
    schema = read_table(described(table, name))
    expiry = known.get("TimeToLiveSpecification", {})
    facts: dict[str, Value] = {
        **schema.facts,
        "encryption": _owned(schema.facts["encryption"], table),
        "warm_throughput": _warm(known),
        "pitr": _recovery(known.get("PointInTimeRecoverySpecification", {})),
        "contributor_insights": _insights(known),
        "resource_policy": _policy(table, name),
        "tags": _tags(table),
    }
    indexes = {
        index["IndexName"]: _index(schema.indexes[index["IndexName"]], index)
        for kind in INDEXES
        for index in known.get(kind, ())
        if "IndexName" in index
    }
    return replace(
        schema,
        ttl=expiry.get("AttributeName") if expiry.get("Enabled") else None,
        facts=facts,
        indexes=indexes,
        source=table.resource.place_of(),
    )


def _tags(table: Cut) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for position, one in enumerate(table.known.get("Tags", ())):
        if "Key" in one and one["Key"] in found:
            raise table.wrong(("Tags", str(position), "Key"), f"repeats {one['Key']}")
        if "Key" in one:
            found[one["Key"]] = one.get("Value", "")
    return found


def _index(index: IndexSchema, known: Mapping[str, Any]) -> IndexSchema:
    if index.is_local:
        return index
    facts = {
        **index.facts,
        "warm_throughput": _warm(known),
        "contributor_insights": _insights(known),
    }
    return replace(index, facts=facts)


def _owned(encryption: Value, table: Cut) -> Value:
    """The encryption with the owner of its key: AWS, if the template names none. A key of the same
    template is a customer's."""
    if not isinstance(encryption, Mapping) or encryption["type"] == "owned":
        return encryption
    key = table.unknown.get(KMS_KEY) or encryption["key"]
    is_aws = key is None or str(key).rpartition(":")[2].startswith("alias/aws/")
    return {**encryption, "owner": "aws" if is_aws else "customer"}


def _warm(known: Mapping[str, Any]) -> Value:
    warm = known.get("WarmThroughput")
    if warm is None:
        return None
    reads, writes = warm.get("ReadUnitsPerSecond"), warm.get("WriteUnitsPerSecond")
    return {"read_units_per_second": reads, "write_units_per_second": writes}


def _recovery(specification: Mapping[str, Any]) -> Value:
    if not specification.get("PointInTimeRecoveryEnabled"):
        return {"enabled": False}
    return {"enabled": True, "days": specification.get("RecoveryPeriodInDays", DAYS)}


def _insights(known: Mapping[str, Any]) -> Value:
    specification = known.get("ContributorInsightsSpecification", {})
    if not specification.get("Enabled"):
        return {"enabled": False}
    names = {value: name for name, value in INSIGHTS_MODES.items()}
    mode = specification.get("Mode")
    return {"enabled": True, "mode": names.get(mode, mode) if mode else _NO_MODE}


def _policy(table: Cut, name: str) -> Value:
    """The resource policy in the words of declarations, which do not name the table's own ARN."""
    document = table.known.get("ResourcePolicy", {}).get("PolicyDocument")
    if document is None or table.doubt("ResourcePolicy") is not None:
        return None
    own = f"arn:aws:dynamodb:::table/{name}"
    text = re.sub(_ARN + re.escape(name) + r"(?=[\"/])", own, json.dumps(document))
    policy = json.loads(text)
    path = ("ResourcePolicy", "PolicyDocument")
    if any(not {"Resource", "NotResource"} & one.keys() for one in _statements(policy)):
        raise table.wrong(path, "has a statement without Resource")
    try:
        told = canonical(policy, own)
    except (AttributeError, TypeError, KeyError):
        raise table.wrong(path, "is no policy") from None
    return Unknown(f"it has pseudo parameters: {told}") if is_open(told) else told


def _statements(policy: Any) -> list[Mapping[str, Any]]:
    """The statements of a policy. Anything else is refused by who reads it."""
    listed = policy.get("Statement", ()) if isinstance(policy, Mapping) else ()
    every = listed if isinstance(listed, list) else [listed]
    return [one for one in every if isinstance(one, Mapping)]


def _sources(table: Cut) -> Iterator[tuple[Path, str]]:
    """The place of each fact that a property says."""
    properties = table.resource.properties
    for fact, path in places(properties, TABLE_FACTS):
        yield fact, table.resource.place_of(*path)
    for kind in INDEXES:
        for position, index in enumerate(table.known.get(kind, ())):
            if "IndexName" in index:
                place = ("index", index["IndexName"])
                yield place, table.resource.place_of(kind, str(position))
                for fact, path in places(index, INDEX_FACTS):
                    yield (*place, *fact), table.resource.place_of(kind, str(position), *path)
    for position, tag in enumerate(table.known.get("Tags", ())):
        if "Key" in tag:
            yield ("tags", tag["Key"]), table.resource.place_of("Tags", str(position))
