"""Resources as values. Types and properties are CloudFormation's; `formats/terraform` renames them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .._dataclass import dataclass

ARNS = "arn:${AWS::Partition}"
PLACE = "${AWS::Region}:${AWS::AccountId}"
"""Parts of ARNs that AWS fills in, in CloudFormation's words. A text with them is no plain text.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of another resource. name: empty for what identifies it."""

    resource: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that is given on deployment. default: empty for none."""

    name: str
    description: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A text of several parts, some of which are known on deployment only."""

    parts: tuple[str | Attribute | Parameter, ...]


Leaf: TypeAlias = bool | int | float | str | Attribute | Parameter | Joined
Property: TypeAlias = Leaf | Sequence["Property"] | Mapping[str, "Property"]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a stack.

    id: its logical name, of letters and digits. depends_on: ids of resources made before it.
    is_kept: whether it outlives its removal from the stack, and the stack.
    """

    id: str
    type: str
    properties: Mapping[str, Property]
    depends_on: tuple[str, ...] = ()
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A value that other stacks and programs read. export: its name there; empty for none."""

    id: str
    value: Property
    description: str
    export: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """What is deployed together. name: of the layer and the stage."""

    name: str
    description: str
    resources: tuple[Resource, ...]
    outputs: tuple[Output, ...] = ()
    parameters: tuple[Parameter, ...] = ()
