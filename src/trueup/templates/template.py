"""Template: the resources of a template that was read, whatever wrote it.

Types and properties are CloudFormation's, those of Terraform translated. What cannot be resolved
without the cloud is an `Unresolved` in its place, which quotes the expression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from .._dataclass import dataclass
from ..schema.facts import Path, Unknown

Resolved: TypeAlias = (
    "bool | int | float | str | Unknown | Sequence[Resolved] | Mapping[str, Resolved] | None"
)
Form: TypeAlias = Literal[
    "cloudformation",
    "sam",
    "cdk",
    "terraform plan",
    "terraform state",
    "terraform configuration",
]

_PSEUDO = re.compile(r"\$\{AWS::[A-Za-z]+\}")


@dataclass(frozen=True, slots=True)
class Unresolved(Unknown):
    """An expression whose value is not known here.

    expression: as it is written, in short form: `!Sub orders-${Stage}`. cause: in words.
    resource, attribute: of another resource, if the expression is nothing but that; without an
        attribute it is what identifies the resource.
    """

    expression: str = ""
    cause: str = ""
    resource: str = ""
    attribute: str = ""


def unresolved(
    expression: str, cause: str, *, resource: str = "", attribute: str = ""
) -> Unresolved:
    """An expression that is not known, with a `why` that quotes it."""
    return Unresolved(f"{expression}: {cause}", expression, cause, resource, attribute)


def is_open(value: object) -> bool:
    """Whether a text has pseudo parameters, such as `${AWS::Region}`, that were not given.

    They stay in texts, so that an ARN of this account can be told from others.
    """
    return isinstance(value, str) and _PSEUDO.search(value) is not None


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """A resource. id: its logical name, or its address in Terraform; of a nested stack
    `Stack/Name`.

    properties: resolved. attributes: what stands beside the properties, such as DeletionPolicy and
        DependsOn; Condition is an `Unresolved` if it is not known whether the resource is there.
    lines: of paths in `properties`; a path without a line has that of the nearest above it. line:
        of the resource itself; 0 if the form has no lines.
    """

    id: str
    type: str
    properties: Mapping[str, Resolved]
    attributes: Mapping[str, Resolved] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line_of(self, *path: str) -> int:
        """The line of a property; positions in lists are their numbers as text."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return self.line

    def place_of(self, *path: str) -> str:
        """The file and the line of a property: `infra/orders.yaml:12`."""
        line = self.line_of(*path)
        return f"{self.file}:{line}" if line else self.file


@dataclass(frozen=True, slots=True)
class Template:
    """What a template says. unknown: what could not be read of it, in words, by place: each may
    hide resources. parameters: the values in force of the parameters that it declares.
    output_lines: of the values of outputs, as far as the form has lines. is_generated: whether
    `trueup generate iac` wrote it."""

    file: str
    form: Form
    resources: Mapping[str, TemplateResource]
    unknown: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Resolved] = field(default_factory=dict)
    parameters: Mapping[str, Resolved] = field(default_factory=dict)
    output_lines: Mapping[str, int] = field(default_factory=dict)
    is_generated: bool = False
