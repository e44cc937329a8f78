"""Values of variables in the files that Terraform reads by itself, beside a configuration.

Source: https://developer.hashicorp.com/terraform/language/values/variables
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ...lifecycle.files import read_regular
from ..documents.files import MOST_BYTES, read_document, refused
from ..template import Resolved, unresolved
from .instances import plain

_NAME = re.compile(r"^\s*([\w-]+)\s*=", re.MULTILINE)


def given_beside(file: Path) -> dict[str, Resolved]:
    """The values that files beside a configuration give to variables, later files first in force.

    What is written in Terraform's own language is not known. Raises DeclarationError
    (invalid-template) for a file that cannot be read.
    """
    found: dict[str, Resolved] = {}
    for path in _files(file.parent):
        if path.suffix == ".json":
            whole = plain(read_document(path))
            found |= whole if isinstance(whole, Mapping) else {}
        else:
            found |= {name: _unread(name, path) for name in _NAME.findall(_text(path))}
    return found


def _files(folder: Path) -> Iterator[Path]:
    """The files in the order in which Terraform reads them."""
    named = (folder / "terraform.tfvars", folder / "terraform.tfvars.json")
    yield from (one for one in named if one.exists())
    automatic = (*folder.glob("*.auto.tfvars"), *folder.glob("*.auto.tfvars.json"))
    yield from sorted(automatic, key=lambda one: one.name)


def _unread(name: str, path: Path) -> Resolved:
    return unresolved(f"var.{name}", f"{path.name} gives it; give it by --parameter {name}=…")


def _text(path: Path) -> str:
    try:
        return read_regular(path, MOST_BYTES).decode("utf-8")
    except (OSError, ValueError) as error:
        raise refused(str(error), str(path), fix="name a file that can be read") from error
