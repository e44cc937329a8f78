"""The properties of tables, each as the kind that CloudFormation takes it for.

CloudFormation takes texts for numbers and for true and false, as parameters are texts.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from ..schema.facts import Path, Unknown
from .documents.files import refused
from .template import Resolved, TemplateResource, is_open, unresolved


class Kind(Enum):
    """The kind of a property without parts. ANY: it is left as it is."""

    TEXT = "a text"
    NUMBER = "a whole number"
    FLAG = "true or false"
    ANY = "anything"


Shape: TypeAlias = "Kind | tuple[Shape] | Mapping[str, Shape]"
"""The kind of a property; a tuple of one is a list."""

TEXT, NUMBER, FLAG = Kind.TEXT, Kind.NUMBER, Kind.FLAG
_UNITS: Shape = {"ReadCapacityUnits": NUMBER, "WriteCapacityUnits": NUMBER}
_MAXIMA: Shape = {"MaxReadRequestUnits": NUMBER, "MaxWriteRequestUnits": NUMBER}
_WARM: Shape = {"ReadUnitsPerSecond": NUMBER, "WriteUnitsPerSecond": NUMBER}
_INSIGHTS: Shape = {"Enabled": FLAG, "Mode": TEXT}
_KEY: Shape = ({"AttributeName": TEXT, "KeyType": TEXT},)
_SETTINGS = (
    "ReadOnDemandThroughputSettings",
    "ReadProvisionedThroughputSettings",
    "WriteOnDemandThroughputSettings",
    "WriteProvisionedThroughputSettings",
)
"""What global tables say instead of throughput; `replicas` reads it."""
_INDEX: Mapping[str, Shape] = {
    "IndexName": TEXT,
    "KeySchema": _KEY,
    "Projection": {"ProjectionType": TEXT, "NonKeyAttributes": (TEXT,)},
    "ProvisionedThroughput": _UNITS,
    "OnDemandThroughput": _MAXIMA,
    "WarmThroughput": _WARM,
    "ContributorInsightsSpecification": _INSIGHTS,
    **dict.fromkeys(_SETTINGS, Kind.ANY),
}
_UNDECLARED = (
    "ImportSourceSpecification",
    "KinesisStreamSpecification",
    "GlobalTableSettingsReplicationMode",
    "GlobalTableSourceArn",
    "GlobalTableWitnesses",
    "MultiRegionConsistency",
    "Replicas",
    *_SETTINGS,
)
"""Properties of tables and of global tables that no declaration can say."""
TABLE: Shape = {
    "TableName": TEXT,
    "AttributeDefinitions": ({"AttributeName": TEXT, "AttributeType": TEXT},),
    "KeySchema": _KEY,
    "GlobalSecondaryIndexes": (_INDEX,),
    "LocalSecondaryIndexes": (_INDEX,),
    "BillingMode": TEXT,
    "ProvisionedThroughput": _UNITS,
    "OnDemandThroughput": _MAXIMA,
    "WarmThroughput": _WARM,
    "TableClass": TEXT,
    "PointInTimeRecoverySpecification": {
        "PointInTimeRecoveryEnabled": FLAG,
        "RecoveryPeriodInDays": NUMBER,
    },
    "DeletionProtectionEnabled": FLAG,
    "SSESpecification": {"SSEEnabled": FLAG, "SSEType": TEXT, "KMSMasterKeyId": TEXT},
    "StreamSpecification": {"StreamViewType": TEXT, "ResourcePolicy": Kind.ANY},
    "ContributorInsightsSpecification": _INSIGHTS,
    "TimeToLiveSpecification": {"Enabled": FLAG, "AttributeName": TEXT},
    "ResourcePolicy": {"PolicyDocument": Kind.ANY},
    "Tags": ({"Key": TEXT, "Value": TEXT},),
    **dict.fromkeys(_UNDECLARED, Kind.ANY),
}


def is_strange(path: Path, shape: Shape = TABLE) -> bool:
    """Whether no property is known by the last name of a path."""
    for name in path:
        if isinstance(shape, Mapping):
            if name not in shape:
                return True
            shape = shape[name]
        elif isinstance(shape, tuple):
            shape = shape[0]
    return False


def typed(resource: TemplateResource, shape: Shape = TABLE) -> Mapping[str, Resolved]:
    """The properties of a resource by their kinds; a text with a pseudo parameter is not known, and
    nor is what a property says that is not in the shape.

    Raises DeclarationError (invalid-template) for a value that is of another kind, with its line.
    """
    found = _typed(resource.properties, shape, (), resource)
    assert isinstance(found, Mapping)
    return found


def _typed(value: Resolved, shape: Shape, path: Path, resource: TemplateResource) -> Resolved:
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(shape, Kind):
        return _scalar(value, shape, path, resource)
    if isinstance(shape, tuple):
        if not isinstance(value, list | tuple) or None in value:
            raise _wrong(path, "a list", resource)
        return [
            _typed(one, shape[0], (*path, str(position)), resource)
            for position, one in enumerate(value)
        ]
    if not isinstance(value, Mapping):
        raise _wrong(path, "a mapping", resource)
    return {
        name: _typed(one, shape[name], (*path, name), resource)
        if name in shape
        else unresolved(name, "no property of that name is known here")
        for name, one in value.items()
    }


def _scalar(value: Resolved, kind: Kind, path: Path, resource: TemplateResource) -> Resolved:
    if kind is Kind.ANY:
        return value
    if isinstance(value, Mapping | list | tuple):
        raise _wrong(path, kind.value, resource)
    if isinstance(value, str) and is_open(value):
        return unresolved(value, "the pseudo parameter has no value; give it by --parameter")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if kind is Kind.TEXT:
        return text
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is Kind.FLAG and not is_number and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind is Kind.NUMBER and re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    raise _wrong(path, kind.value, resource)


def _wrong(path: Path, what: str, resource: TemplateResource) -> Exception:
    return refused(
        f"{'.'.join(path)} of {resource.id} has to be {what}",
        resource.file,
        resource.line_of(*path),
    )
