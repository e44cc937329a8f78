"""Files as templates, by their form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .cloudformation.assemblies import MANIFEST, read_assembly
from .cloudformation.files import stack_in
from .documents.files import read_document, refused
from .documents.json_events import json_events
from .documents.nodes import nodes_of
from .template import Template
from .terraform.reading import is_terraform, read_terraform

NO_PARAMETERS: Mapping[str, str] = {}


def read_template(path: Path, parameters: Mapping[str, str] = NO_PARAMETERS) -> Template:
    """The template in a file, or the stacks of a folder that `cdk synth` wrote.

    parameters: values of the template's parameters, of pseudo parameters such as `AWS::Region`, and
        of what other stacks export.

    Raises DeclarationError (invalid-template) for what is no template, or what no deployment would
    take, with its line; UnsupportedByEngine (missing-extra) for YAML without its package.
    """
    if path.is_dir() or path.name == MANIFEST:
        return read_assembly(path if path.is_dir() else path.parent, parameters)
    document = read_document(path)
    if isinstance(document.value, Mapping) and "Resources" in document.value:
        return stack_in(document, path, parameters)
    if is_terraform(document):
        return read_terraform(document, str(path), parameters)
    raise refused(
        "it is neither CloudFormation, with Resources, nor Terraform in JSON",
        str(path),
        fix="name a template, or what `terraform show -json` writes of a plan or a state",
    )


def read_text(text: str, name: str, parameters: Mapping[str, str] = NO_PARAMETERS) -> Template:
    """The template of CloudFormation in a text, JSON. name: stands for its file.

    Raises DeclarationError (invalid-template) for what no deployment would take.
    """
    return stack_in(nodes_of(json_events(text)), Path(name), parameters)
