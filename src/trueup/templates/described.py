"""A table's properties as DescribeTable would tell them, so that one reader reads both.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._dataclass import dataclass
from ..errors import DeclarationError
from ..schema.facts import Path, Unknown
from .documents.files import refused
from .template import Resolved, TemplateResource

INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_SAME = ("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
_KINDS = ("S", "N", "B")
_PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")
GAP: Mapping[str, Any] = {}
_SOME_HASH = {"AttributeName": "?", "KeyType": "HASH"}
"""Stands for the partition of a key that is not known."""


def cut(value: Resolved, path: Path = ()) -> tuple[Any, dict[Path, Unknown]]:
    """A value without what is not known of it, and that, by its path. An element of a list that is
    not known leaves a `GAP`, so that positions stay."""
    unknown: dict[Path, Unknown] = {}
    if isinstance(value, Unknown):
        return None, {path: value}
    if isinstance(value, Mapping):
        kept: dict[str, Any] = {}
        for name, one in value.items():
            part, inner = cut(one, (*path, name))
            unknown |= inner
            if (*path, name) not in inner and part is not None:
                kept[name] = part
        return kept, unknown
    if isinstance(value, list | tuple):
        listed: list[Any] = []
        for position, one in enumerate(value):
            part, inner = cut(one, (*path, str(position)))
            unknown |= inner
            listed.append(GAP if (*path, str(position)) in inner else part)
        return listed, unknown
    return value, unknown


@dataclass(frozen=True, slots=True)
class Cut:
    """The properties of a table: what is known, what is not, by path, and whose they are."""

    known: Mapping[str, Any]
    unknown: Mapping[Path, Unknown]
    resource: TemplateResource

    def doubt(self, *path: str) -> Unknown | None:
        """Why something at a path, or below it, is not known."""
        found = (why for at, why in self.unknown.items() if at[: len(path)] == path)
        return next(found, None)

    def wrong(self, path: Path, what: str) -> DeclarationError:
        """The error for a property that DynamoDB would refuse."""
        place = f"{'.'.join(path)} of {self.resource.id}"
        return refused(f"{place} {what}", self.resource.file, self.resource.line_of(*path))


def described(table: Cut, name: str) -> dict[str, Any]:
    """The description of a table. What is not known has some value of its kind.

    Raises DeclarationError (invalid-template) for what DynamoDB would refuse.
    """
    known = table.known
    body: dict[str, Any] = {part: known[part] for part in _SAME if part in known}
    body |= {one: _indexes(table, one) for one in INDEXES}
    body |= {
        "TableName": name,
        "KeySchema": key_parts(table, ("KeySchema",), known.get("KeySchema", ())),
        "BillingModeSummary": {"BillingMode": _mode(table)},
        "TableClassSummary": {"TableClass": known.get("TableClass", "STANDARD")},
        "DeletionProtectionEnabled": known.get("DeletionProtectionEnabled", False),
        "SSEDescription": _encryption(table, known.get("SSESpecification", {})),
    }
    if "StreamSpecification" in known:
        view = known["StreamSpecification"].get("StreamViewType")
        body["StreamSpecification"] = {"StreamEnabled": view is not None, "StreamViewType": view}
    body["AttributeDefinitions"] = _definitions(table, body)
    return body


def key_parts(
    table: Cut, path: Path, schema: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The known parts of a key, with a partition in any case."""
    for position, part in enumerate(schema):
        if part.get("KeyType", "HASH") not in ("HASH", "RANGE"):
            raise table.wrong((*path, str(position), "KeyType"), "has to be HASH or RANGE")
    found = [part for part in schema if {"AttributeName", "KeyType"} <= part.keys()]
    if not any(part["KeyType"] == "HASH" for part in found):
        if table.doubt(*path) is None:
            raise table.wrong(path, "has no HASH")
        found.append(_SOME_HASH)
    return found


def _indexes(table: Cut, kind: str) -> list[dict[str, Any]]:
    """The indexes whose names are known."""
    found: list[dict[str, Any]] = []
    for position, index in enumerate(table.known.get(kind, ())):
        path = (kind, str(position))
        if "IndexName" not in index:
            if table.doubt(*path) is None:
                raise table.wrong(path, "has no IndexName")
            continue
        keys = key_parts(table, (*path, "KeySchema"), index.get("KeySchema", ()))
        projection = _projection(table, (*path, "Projection"), index.get("Projection", {}))
        found.append({**index, "KeySchema": keys, "Projection": projection})
    return found


def _projection(table: Cut, path: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    """A projection with the attributes that are known."""
    kind = known.get("ProjectionType")
    if kind not in _PROJECTIONS and (kind is not None or table.doubt(*path) is None):
        raise table.wrong((*path, "ProjectionType"), f"has to be {', '.join(_PROJECTIONS)}")
    listed = known.get("NonKeyAttributes", ())
    return {**known, "NonKeyAttributes": [one for one in listed if one is not GAP]}


def _definitions(table: Cut, body: Mapping[str, Any]) -> list[dict[str, str]]:
    """The attributes of all keys. One whose definition is not known is taken for a text here: what
    depends on it is not known."""
    kinds: dict[str, str] = {}
    for position, one in enumerate(table.known.get("AttributeDefinitions", ())):
        kind = one.get("AttributeType", "S")
        path = ("AttributeDefinitions", str(position), "AttributeType")
        is_lost = "AttributeType" not in one and table.doubt(*path[:2]) is None
        if kind not in _KINDS or is_lost:
            raise table.wrong(path, "has to be S, N or B")
        if "AttributeName" in one:
            kinds[one["AttributeName"]] = kind
    keyed = [body, *body["GlobalSecondaryIndexes"], *body["LocalSecondaryIndexes"]]
    for part in (part for one in keyed for part in one["KeySchema"]):
        name = part["AttributeName"]
        is_missing = name not in kinds and part is not _SOME_HASH
        if is_missing and table.doubt("AttributeDefinitions") is None:
            raise table.wrong(("AttributeDefinitions",), f"lacks the key attribute {name}")
        kinds.setdefault(name, "S")
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()]


def _mode(table: Cut) -> str:
    """How the table is billed; provisioned, if it does not say."""
    mode: str = table.known.get("BillingMode", "PROVISIONED")
    if mode not in ("PROVISIONED", "PAY_PER_REQUEST"):
        raise table.wrong(("BillingMode",), "has to be PROVISIONED or PAY_PER_REQUEST")
    return mode


def _encryption(table: Cut, specification: Mapping[str, Any]) -> dict[str, Any]:
    if specification.get("SSEType", "KMS") != "KMS":
        raise table.wrong(("SSESpecification", "SSEType"), "has to be KMS")
    if not specification.get("SSEEnabled"):
        return {"Status": "DISABLED"}
    return {"Status": "ENABLED", "KMSMasterKeyArn": specification.get("KMSMasterKeyId", "")}
