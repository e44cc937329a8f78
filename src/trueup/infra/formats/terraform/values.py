"""Values in Terraform's words: names in lower case, references as `${…}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

from ...._dataclass import dataclass
from ....errors import Place, UnsupportedByEngine
from ...values import Attribute, Joined, Parameter, Property
from ..labels import label

Part: TypeAlias = tuple[str, str, dict[str, Any]]
"""The kind of a resource, its label, and its arguments."""

_PLACES = {
    "${AWS::Partition}": "${data.aws_partition.current.partition}",
    "${AWS::Region}": "${data.aws_region.current.id}",
    "${AWS::AccountId}": "${data.aws_caller_identity.current.account_id}",
    "${AWS::URLSuffix}": "${data.aws_partition.current.dns_suffix}",
}
_ZONES = "${data.aws_availability_zones.current.names[@]}"


class Referable(Protocol):
    """What references to a resource become: `@` stands for its address."""

    @property
    def ref(self) -> str:
        """What `Ref` gives."""
        ...

    @property
    def attributes(self) -> Mapping[str, str]:
        """What `Fn::GetAtt` gives, by CloudFormation's name."""
        ...


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where resources stand: `OrdersTable` at `aws_dynamodb_table.orders_table`."""

    of: Mapping[str, tuple[str, Referable]]

    def plain(self, value: Property) -> Any:
        """A value, with references written out. Names stay as they are.

        Raises UnsupportedByEngine for an attribute or function that Terraform has no word for.
        """
        match value:
            case Attribute():
                return self._reference(value)
            case Parameter():
                return f"${{var.{label(value.name)}}}"
            case Joined(parts):
                return "".join(str(self.plain(part)) for part in parts)
            case str():
                return _text(value)
            case bool() | int() | float():
                return value
            case {"Fn::Select": [int(number), {"Fn::GetAZs": ""}]}:
                return _ZONES.replace("@", str(number))
            case Mapping():
                return {_known(name): self.plain(one) for name, one in value.items()}
            case _:
                return [self.plain(one) for one in value]

    def _reference(self, attribute: Attribute) -> str:
        address, kind = self.of[attribute.resource]
        form = kind.attributes.get(attribute.name) if attribute.name else kind.ref
        if form is None:
            raise _unsupported(f"the attribute {attribute.name} of {attribute.resource}")
        return form.replace("@", address)


def _text(text: str) -> str:
    """A text: `${` of its own is no reference, and the parts of ARNs are."""
    for ours, theirs in _PLACES.items():
        text = text.replace(ours, theirs)
    if "${AWS::" in text:
        raise _unsupported(f"all of the text {text!r}")
    known = "|".join(re.escape(place[2:]) for place in _PLACES.values())
    return re.sub(rf"([$%])\{{(?!(?<=\$\{{)(?:{known}))", r"\1\1{", text)


def _known(name: str) -> str:
    if name == "Ref" or name.startswith("Fn::"):
        raise _unsupported(f"the function {name} of CloudFormation")
    return name


def _unsupported(what: str) -> UnsupportedByEngine:
    return UnsupportedByEngine(
        f"Trueup has no words of Terraform for {what}",
        where=Place(note="generate iac"),
        fix="leave it out, or deploy the layer by CloudFormation, SAM or CDK",
    )
