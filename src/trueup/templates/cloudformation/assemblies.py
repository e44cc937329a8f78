"""cdk.out: the stacks that the CDK wrote, those of nested assemblies as well.

Source: https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..documents.files import read_document, refused
from ..documents.nodes import Node
from ..template import Resolved, Template
from .files import joined, read_file

MANIFEST = "manifest.json"
_STACK, _ASSEMBLY = "aws:cloudformation:stack", "cdk:cloud-assembly"
MOST_NESTED = 10
"""How deep assemblies may be nested; the CDK nests stages one or two deep."""


def read_assembly(folder: Path, given: Mapping[str, Resolved]) -> Template:
    """All stacks of a folder that `cdk synth` wrote. Of several, ids begin with the stack's.

    Raises DeclarationError (invalid-template) for a folder without a manifest, or without stacks.
    """
    stacks = dict(_stacks(folder, given, 0))
    if not stacks:
        raise refused(f"its {MANIFEST} has no stack", str(folder), fix="run cdk synth")
    if len(stacks) == 1:
        return replace(*stacks.values(), file=str(folder), form="cdk")
    return joined(stacks, Template(str(folder), "cdk", {}))


def _stacks(
    folder: Path, given: Mapping[str, Resolved], depth: int
) -> Iterator[tuple[str, Template]]:
    path = folder / MANIFEST
    if not path.is_file():
        fix = "name a template, or the folder that cdk synth wrote"
        raise refused(f"the folder has no {MANIFEST}", str(folder), fix=fix)
    if depth > MOST_NESTED:
        raise refused(f"assemblies are nested more than {MOST_NESTED} deep", str(path))
    for name, artifact in _mapping(_mapping(read_document(path)).get("artifacts")).items():
        parts = _mapping(artifact)
        properties = _mapping(parts.get("properties"))
        kind = _text(parts.get("type"))
        if kind == _STACK:
            place = {**_environment(_text(parts.get("environment"))), **given}
            place.setdefault("AWS::StackName", _text(properties.get("stackName")) or name)
            yield name, read_file(folder / _text(properties.get("templateFile")), place)
        elif kind == _ASSEMBLY:
            inner = folder / _text(properties.get("directoryName"))
            yield from _stacks(inner, given, depth + 1)


def _environment(address: str) -> dict[str, Resolved]:
    """The account and the region of `aws://123456789012/eu-west-1`, as far as they are known."""
    account, _, region = address.removeprefix("aws://").partition("/")
    named = {"AWS::AccountId": account, "AWS::Region": region}
    return {name: value for name, value in named.items() if value and "unknown" not in value}


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, Mapping) else {}


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""
