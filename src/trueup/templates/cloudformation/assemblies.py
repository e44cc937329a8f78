"""cdk.out: the stacks that the CDK wrote, those of nested assemblies as well.

Source: https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..documents.files import read_document, refused
from ..documents.nodes import mapping_at, part_at, text_at
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
    for name, artifact in mapping_at(read_document(path), "artifacts").items():
        properties = part_at(artifact, "properties")
        kind = text_at(artifact, "type")
        if kind == _STACK:
            place = {**_environment(text_at(artifact, "environment")), **given}
            place.setdefault("AWS::StackName", text_at(properties, "stackName") or name)
            yield name, read_file(folder / text_at(properties, "templateFile"), place)
        elif kind == _ASSEMBLY:
            inner = folder / text_at(properties, "directoryName")
            yield from _stacks(inner, given, depth + 1)


def _environment(address: str) -> dict[str, Resolved]:
    """The account and the region of `aws://123456789012/eu-west-1`, as far as they are known."""
    account, _, region = address.removeprefix("aws://").partition("/")
    named = {"AWS::AccountId": account, "AWS::Region": region}
    return {name: value for name, value in named.items() if value and "unknown" not in value}
