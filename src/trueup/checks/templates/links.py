"""Links: which resource of a template a value names, by reference or by physical name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from ..._dataclass import dataclass
from ...schema.facts import Unknown
from ...templates.template import Template, TemplateResource, Unresolved
from .part import CannotTell, Part

TABLE = "AWS::DynamoDB::Table"
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
TABLES = (TABLE, GLOBAL_TABLE)
_NAMES = (
    *("TableName", "AlarmName", "FunctionName", "RoleName", "LogGroupName", "Name"),
    *("DBInstanceIdentifier", "DBProxyName"),
)
_WORD = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Links:
    """The resources of a template by what names them."""

    template: Template

    def of_type(self, *types: str) -> Iterator[Part]:
        """The resources of types, as the whole of their properties."""
        for resource in self.template.resources.values():
            if resource.type in types:
                yield whole(resource)

    @cached_property
    def _by_name(self) -> Mapping[str, list[TemplateResource]]:
        found: dict[str, list[TemplateResource]] = {}
        for resource in self.template.resources.values():
            for name in _NAMES:
                value = resource.properties.get(name)
                if isinstance(value, str):
                    found.setdefault(value, []).append(resource)
        return found

    def named(self, part: Part, *types: str) -> Part | None:
        """The resource of one of the types that a value names; None if it names none of the
        template: by `Ref`, `GetAtt`, physical name, or an ARN with that."""
        value = part.value
        if not isinstance(value, Unknown | str):
            return None
        is_text = isinstance(value, str)
        said = str(value) if isinstance(value, str) else value.why
        referred = value.resource if isinstance(value, Unresolved) else ""
        for word in (referred, *_words(said)):
            found = [*self._by_name.get(word, [])]
            if not is_text and word in self.template.resources:
                found.append(self.template.resources[word])
            for resource in found:
                if resource.type in types:
                    return whole(resource)
        return None

    def refers(self, part: Part) -> bool:
        """Whether a value is made of a reference to a resource of the template."""
        value = part.value
        if not isinstance(value, Unknown):
            return False
        return any(word in self.template.resources for word in _words(value.why))

    def must_name(self, part: Part, *types: str) -> Part | None:
        """As `named`. Raises CannotTell if the value is not known, and names none."""
        found = self.named(part, *types)
        if found is None and isinstance(part.value, Unknown):
            raise CannotTell(part, part.value)
        return found


def whole(resource: TemplateResource) -> Part:
    """All properties of a resource."""
    return Part(resource, (), resource.attributes.get("Properties", resource.properties))


def beside(resource: TemplateResource, name: str) -> Part:
    """What stands beside the properties of a resource, such as DeletionPolicy."""
    return Part(resource, (), resource.attributes.get(name))


def _words(text: str) -> Iterator[str]:
    """Words that may be names, and the parts and beginnings of those with dots."""
    for word in _WORD.findall(text):
        yield word
        parts = word.split(".")
        if len(parts) > 1:
            yield from parts
            yield from (".".join(parts[:length]) for length in range(2, len(parts)))
