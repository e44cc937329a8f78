"""Template: the resources of a template that was read, whatever wrote it.

Types and properties are CloudFormation's, those of Terraform translated. What cannot be resolved
without the cloud is an `Unknown` in its place, which quotes the expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from .._dataclass import dataclass
from ..schema.facts import Path, Unknown

Resolved: TypeAlias = (
    "bool | int | float | str | Unknown | Sequence[Resolved] | Mapping[str, Resolved] | None"
)
Form: TypeAlias = Literal["cloudformation", "sam", "cdk", "terraform plan", "terraform state"]


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """A resource. id: its logical name, or its address in Terraform.

    properties: resolved. attributes: what stands beside the properties, such as DeletionPolicy and
        DependsOn.
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


@dataclass(frozen=True, slots=True)
class Template:
    """What a template says. unknown: what could not be read of it, in words, by place:
    resources whose number depends on what is not known are there, and are not absent."""

    file: str
    form: Form
    resources: Mapping[str, TemplateResource]
    unknown: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Resolved] = field(default_factory=dict)
    parameters: Mapping[str, Resolved] = field(default_factory=dict)
