"""The declared stack as its own template says it: written in the form of another, and read again.

Both sides then have the same words, whatever a form leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..._dataclass import dataclass
from ...templates.cloudformation.files import stack_in
from ...templates.documents.json_events import json_events
from ...templates.documents.nodes import nodes_of
from ...templates.tables import TABLE
from ...templates.template import Form, Template, TemplateResource
from ...templates.terraform.reading import read_terraform
from ..formats.files import Format, template_text
from ..values import Stack

_NAME = "the declarations"
_SCALED = "AWS::ApplicationAutoScaling::ScalableTarget"
"""What is compared as a fact of its table."""


@dataclass(frozen=True, slots=True)
class Declared:
    """tables, others: the declared resources by id, in the words of a form."""

    tables: Mapping[str, TemplateResource]
    others: Mapping[str, TemplateResource]


def declared_resources(stack: Stack, form: Form, parameters: Mapping[str, str]) -> Declared:
    """The declared resources in the words of a form.

    parameters: values of the parameters of templates, which have to be the same on both sides.
    """
    found = _read(stack, form, parameters).resources
    return Declared(
        {id_: one for id_, one in found.items() if one.type == TABLE},
        {id_: one for id_, one in found.items() if one.type not in (TABLE, _SCALED)},
    )


def _read(stack: Stack, form: Form, parameters: Mapping[str, str]) -> Template:
    if form.startswith("terraform"):
        text = template_text(stack, Format.TERRAFORM, is_json=True)
        return read_terraform(nodes_of(json_events(text)), _NAME, parameters)
    written = Format.SAM if form == "sam" else Format.CLOUDFORMATION
    text = template_text(stack, written, is_json=True)
    return stack_in(nodes_of(json_events(text)), Path(_NAME), parameters)
