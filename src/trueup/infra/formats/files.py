"""The files of a stack, in the format that is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from ...errors import ErrorCode, Place, UnsupportedByEngine
from ...lifecycle.generated import Generated, state_of
from ...templates.reading import MARK
from ..values import Stack
from .cdk.module import app_text, module_text
from .cloudformation import cloudformation
from .sam.template import sam
from .terraform.configuration import terraform


class Format(StrEnum):
    """How infrastructure is written."""

    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"
    SAM = "sam"
    CDK = "cdk"


_SUFFIXES = {
    Format.CLOUDFORMATION: ".template.yaml",
    Format.TERRAFORM: ".tf.json",
    Format.SAM: ".sam.yaml",
    Format.CDK: ".py",
}
SUFFIXES: Mapping[Format, tuple[str, ...]] = {
    Format.CLOUDFORMATION: (".yaml", ".yml", ".json"),
    Format.TERRAFORM: (".tf.json",),
    Format.SAM: (".yaml", ".yml", ".json"),
    Format.CDK: (".py",),
}
"""The endings of files that hold a format: Terraform reads no other JSON."""


def stack_files(stack: Stack, form: Format, out: Path) -> list[Generated]:
    """The files of a stack, as they are and as they are to be. out: a folder, or a file by its
    suffix: CloudFormation and SAM are also written as JSON, to `.json`. Terraform takes all files
    of a folder as one configuration, so that each stack has a folder of its own there. CDK is a
    module, and beside it an app that deploys the stack.

    Raises Blocked (file-exists) if a file is in the way that was not generated from this stack,
    and UnsupportedByEngine (missing-extra) for YAML without its package.
    """
    is_file = out.name.endswith(SUFFIXES[form])
    name = module_name(stack) if form is Format.CDK else stack.name
    folder = out / name if form is Format.TERRAFORM else out
    path = out if is_file else folder / f"{name}{_SUFFIXES[form]}"
    texts = {path: template_text(stack, form, is_json=path.suffix == ".json")}
    if form is Format.CDK:
        texts[path.with_name(f"{path.stem}_app.py")] = app_text(stack, path.stem, mark_of(stack))
    return [
        Generated(one, text, state_of(one, text, mark_of(stack))) for one, text in texts.items()
    ]


def module_name(stack: Stack) -> str:
    """The name of the module that has a stack: that of the stack, as Python can import it."""
    return re.sub(r"\W", "_", stack.name)


def mark_of(stack: Stack) -> str:
    """What the file of a stack says at its beginning."""
    return f"{MARK}, stack {stack.name}. Edit the declarations."


def template_text(stack: Stack, form: Format, *, is_json: bool) -> str:
    """The text of a template: the same bytes from the same declarations."""
    if form is Format.TERRAFORM:
        return _json({"//": mark_of(stack), **terraform(stack)})
    if form is Format.CDK:
        return module_text(stack, mark_of(stack))
    template = sam(stack) if form is Format.SAM else cloudformation(stack)
    if is_json:
        first = {"AWSTemplateFormatVersion": template.pop("AWSTemplateFormatVersion")}
        return _json({**first, "Metadata": {"Trueup": mark_of(stack)}, **template})
    return f"# {mark_of(stack)}\n{_yaml(template)}"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _yaml(value: object) -> str:
    try:
        yaml: Any = import_module("yaml")  # which has no types of its own
    except ImportError as error:
        raise UnsupportedByEngine(
            "a template in YAML needs the package PyYAML, which is not installed",
            where=Place(note="generate iac"),
            fix="install trueup[infra], or write a file that ends in .json",
            code=ErrorCode.MISSING_EXTRA,
        ) from error
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000)
    return text
