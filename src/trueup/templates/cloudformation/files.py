"""Files of stacks: a template with the stacks that are nested in it, where their files are there.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from ...schema.facts import Unknown
from ..documents.files import read_document, refused
from ..documents.nodes import Node, mapping_at, part_at, text_at
from ..template import Resolved, Template, TemplateResource, Unresolved
from .parameters import PSEUDO
from .scope import shown_scalar
from .stacks import read_stack

_LOCATIONS = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::Serverless::Application": "Location",
}
"""Resources that are stacks, with the property that says where their template is."""
T = TypeVar("T")

MOST_NESTED = 10
MOST_RESOURCES = 20_000
"""How deep stacks may be nested, and how many resources all have: far more than a team has."""
_ASSET = "aws:asset:path"
"""Where the CDK has a file, from the folder of the template."""
_INHERITED = tuple(name for name in PSEUDO if name not in ("AWS::StackName", "AWS::StackId"))


def read_file(path: Path, given: Mapping[str, Resolved]) -> Template:
    """The template in a file, with nested stacks. given, and errors: those of `read_stack`."""
    return stack_in(read_document(path), path, given)


def stack_in(
    document: Node, path: Path, given: Mapping[str, Resolved], around: tuple[Path, ...] = ()
) -> Template:
    """The template in a document from a file. around: the files of the stacks around it."""
    if path.resolve() in around or len(around) > MOST_NESTED:
        raise refused("the stack is nested in itself, or too deeply", str(path))
    try:
        template = read_stack(document, str(path), given)
    except RecursionError:
        raise refused("its expressions lead through too many others", str(path)) from None
    for resource in list(template.resources.values()):
        if resource.type in _LOCATIONS:
            template = _with_nested(template, resource, path, given, (*around, path.resolve()))
    return template


def joined(templates: Mapping[str, Template], whole: Template) -> Template:
    """Templates as one; ids and places begin with the names by which templates are given."""
    resources = dict(whole.resources)
    unknown = dict(whole.unknown)
    parameters = dict(whole.parameters)
    for name, template in templates.items():
        prefix = f"{name}/" if name else ""
        for resource in template.resources.values():
            own = _pointed(resource.properties, prefix, template.resources)
            named = replace(resource, id=f"{prefix}{resource.id}", properties=own)
            resources[named.id] = named
        unknown |= {f"{prefix}{place}": why for place, why in template.unknown.items()}
        parameters |= {one: template.parameters[one] for one in template.parameters}
    return replace(whole, resources=resources, unknown=unknown, parameters=parameters)


def _pointed(value: T, prefix: str, own: Mapping[str, object]) -> T:
    """A value whose references to resources name them by the ids that they have in the whole."""
    made: Any = value
    if isinstance(value, Unresolved):
        made = replace(value, resource=prefix + value.resource) if value.resource in own else value
    elif isinstance(value, Mapping):
        made = {name: _pointed(one, prefix, own) for name, one in value.items()}
    elif isinstance(value, list):
        made = [_pointed(one, prefix, own) for one in value]
    return cast("T", made)


def _with_nested(
    template: Template,
    stack: TemplateResource,
    path: Path,
    given: Mapping[str, Resolved],
    around: tuple[Path, ...],
) -> Template:
    """The template with the resources of a stack in it; without its file, that is not known."""
    file = _file_of(stack, path)
    if file is None:
        location = stack.properties.get(_LOCATIONS[stack.type])
        told = location.why if isinstance(location, Unknown) else location
        why = f"the stack {stack.id} has a template that is not here: {told}"
        return replace(template, unknown={**template.unknown, stack.id: why})
    inherited = {name: given[name] for name in _INHERITED if name in given}
    inner = stack_in(read_document(file), file, {**inherited, **_parameters(stack)}, around)
    if isinstance(doubt := stack.attributes.get("Condition"), Unknown):
        inner = replace(
            inner,
            resources={
                name: replace(one, attributes={**one.attributes, "Condition": doubt})
                for name, one in inner.resources.items()
            },
        )
    whole = joined({stack.id: inner}, template)
    if len(whole.resources) > MOST_RESOURCES:
        raise refused(f"stacks have more than {MOST_RESOURCES:,} resources", str(path), stack.line)
    return replace(whole, parameters=template.parameters)


def _file_of(stack: TemplateResource, path: Path) -> Path | None:
    """The file of a nested stack, if it is there."""
    metadata = stack.attributes.get("Metadata")
    asset = metadata.get(_ASSET) if isinstance(metadata, Mapping) else None
    location = stack.properties.get(_LOCATIONS[stack.type])
    for place in (asset, location, _published(location, path.parent)):
        if isinstance(place, str) and place and "://" not in place:
            file = path.parent / place
            if file.is_file():
                return file
    return None


def _published(location: Resolved, folder: Path) -> str:
    """The file that the CDK publishes at an address, by the manifests of assets beside it.

    Source: https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
    """
    key = location.rpartition("/")[2] if isinstance(location, str) else ""
    for manifest in sorted(folder.glob("*.assets.json")) if "://" in str(location) else ():
        for file in mapping_at(read_document(manifest), "files").values():
            keys = [text_at(one, "objectKey") for one in mapping_at(file, "destinations").values()]
            if key in keys:
                return text_at(part_at(file, "source"), "path")
    return ""


def _parameters(stack: TemplateResource) -> dict[str, Resolved]:
    """What a stack gives to the one in it: what is not known has no default there, either."""
    given = stack.properties.get("Parameters", {})
    if not isinstance(given, Mapping):
        return {}
    return {
        name: shown_scalar(value) if isinstance(value, bool | int | float) else value
        for name, value in given.items()
    }
