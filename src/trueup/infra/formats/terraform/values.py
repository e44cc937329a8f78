"""Values in Terraform's words: names in lower case, references as `${…}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from ...._dataclass import dataclass
from ...values import Attribute, Joined, Parameter, Property

Part: TypeAlias = tuple[str, str, dict[str, Any]]
"""The kind of a resource, its label, and its arguments."""

_PLACES = {
    "${AWS::Partition}": "${data.aws_partition.current.partition}",
    "${AWS::Region}": "${data.aws_region.current.region}",
    "${AWS::AccountId}": "${data.aws_caller_identity.current.account_id}",
}
_ATTRIBUTES = {"": "name", "Arn": "arn", "StreamArn": "stream_arn"}


def label(name: str) -> str:
    """A name in Terraform's manner: `OrdersTable` is `orders_table`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where resources stand: `OrdersTable` at `aws_dynamodb_table.orders_table`."""

    of: Mapping[str, str]

    def plain(self, value: Property) -> Any:
        """A value, with references written out. Names stay as they are."""
        match value:
            case Attribute(resource, name):
                return f"${{{self.of[resource]}.{_ATTRIBUTES[name]}}}"
            case Parameter():
                return f"${{var.{label(value.name)}}}"
            case Joined(parts):
                return "".join(str(self.plain(part)) for part in parts)
            case str():
                return self._text(value)
            case bool() | int() | float():
                return value
            case Mapping():
                return {name: self.plain(one) for name, one in value.items()}
            case _:
                return [self.plain(one) for one in value]

    def _text(self, text: str) -> str:
        """A text: `${` of its own is no reference, and the parts of ARNs are."""
        for ours, theirs in _PLACES.items():
            text = text.replace(ours, theirs)
        known = "|".join(re.escape(place[2:]) for place in _PLACES.values())
        return re.sub(rf"\$\{{(?!{known})", "$${", text)


def renamed(
    properties: Mapping[str, Property], addresses: Addresses, others: Mapping[str, str]
) -> dict[str, Any]:
    """Properties under Terraform's names, at all depths. others: names that are irregular."""

    def rename(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {others.get(name) or label(name): rename(one) for name, one in value.items()}
        return [rename(one) for one in value] if isinstance(value, list) else value

    found: dict[str, Any] = rename(addresses.plain(properties))
    return found
