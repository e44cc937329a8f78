"""What a person does about a difference of a template: in the file that has it, or by the command
that wrote the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..schema.facts import Path
from ..schema.verify import Finding
from .template import Template

RESOURCE: Path = ("resource",)
"""The fact that a resource that is no table is there, and as declared."""
_WRITE_AGAIN = "trueup generate iac writes it again; or change the declarations"


def with_mends(findings: Iterable[Finding], templates: Sequence[Template]) -> Iterator[Finding]:
    """The findings, each difference with what to do about it. templates: those compared with."""
    for one in findings:
        yield replace(one, mend=_mend(one, templates)) if one.verdict == "differs" else one


def _mend(finding: Finding, templates: Sequence[Template]) -> str:
    path, place = finding.difference.path, finding.found_at
    file = next((one for one in templates if place and _is_in(place, one)), None)
    is_whole = path in ((), RESOURCE)
    if is_whole and finding.difference.declared is None:
        return f"declare it, or remove it at {place}"
    if file and file.is_generated:
        return f"{place} is a generated file: {_WRITE_AGAIN}"
    if is_whole and finding.difference.found is None:
        files = " or ".join(dict.fromkeys(one.file for one in templates))
        if all(one.is_generated for one in templates):
            return f"{files} is out of date: {_WRITE_AGAIN}"
        return f"add it to {files}, as trueup generate iac writes it"
    if path[:1] == ("key",):
        return f"edit {place}; another key is another table: plan how its items move"
    return f"edit {place}"


def _is_in(place: str, template: Template) -> bool:
    """Whether a place is in the file of a template, or in a file of the folder that was read."""
    return place.startswith((f"{template.file}:", f"{template.file}/")) or place == template.file
