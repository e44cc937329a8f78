"""Lint: every rule of templates, asked of every resource of its types."""

from __future__ import annotations

from collections.abc import Iterator

from ...schema.facts import Path
from ...schema.severity import Severity
from ...templates.template import Template, TemplateResource
from ..problem import Problem
from ..rule import Rule
from . import alarms, api, databases, functions, outputs, permissions, streams
from .check import TemplateCheck
from .links import Links, whole
from .part import CannotTell, Misfit, Part
from .tables import capacity, keys, safety

MISFIT = Rule(
    "T001",
    Severity.HIGH,
    "A property has a value of another kind",
    "The deployment is refused, or the value counts as absent: a switch that is written as yes "
    "is off.",
    "write the value as the property takes it: true or false, a number, a text",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html",
)
UNREAD = Rule(
    "T002",
    Severity.MEDIUM,
    "A part of the template cannot be read",
    "What stands there is not checked.",
    "give the values that it depends on: --parameter NAME=VALUE",
)
CHECKS: tuple[TemplateCheck, ...] = (
    *keys.CHECKS,
    *safety.CHECKS,
    *capacity.CHECKS,
    *alarms.CHECKS,
    *streams.CHECKS,
    *permissions.CHECKS,
    *functions.CHECKS,
    *api.CHECKS,
    *databases.CHECKS,
    *outputs.CHECKS,
)
RULES = (MISFIT, UNREAD, *dict.fromkeys(check.rule for check in CHECKS))


def template_problems(template: Template) -> Iterator[Problem]:
    """What is wrong in a template, resource by resource, each with its line.

    What cannot be told is among them, as not known.
    """
    for place, why in template.unknown.items():
        what = f"{place} is not checked: {why}"
        yield UNREAD.problem(what, file=template.file, is_unknown=True)
    links = Links(template)
    for resource in (*template.resources.values(), _outputs(template)):
        found = (one for check in CHECKS for one in _problems(check, resource, links))
        yield from dict.fromkeys(found)  # a misfit stops several rules at the same place


def _outputs(template: Template) -> TemplateResource:
    lines: dict[Path, int] = {(name,): line for name, line in template.output_lines.items()}
    kind = outputs.OUTPUTS
    return TemplateResource(kind, kind, template.outputs, file=template.file, lines=lines)


def _problems(check: TemplateCheck, resource: TemplateResource, links: Links) -> Iterator[Problem]:
    if resource.type not in check.types:
        return
    try:
        for part, what in check.find(whole(resource), links):
            yield _problem(check.rule, part, f"{resource.id}: {what}")
    except CannotTell as doubt:
        what = f"{resource.id}: not known whether {check.rule.doubt}; {doubt}"
        yield _problem(check.rule, doubt.part, what, is_unknown=True)
    except Misfit as wrong:
        yield _problem(MISFIT, wrong.part, f"{wrong.part.resource.id}: {wrong}")


def _problem(rule: Rule, part: Part, what: str, *, is_unknown: bool = False) -> Problem:
    resource = part.resource
    return rule.problem(
        what, file=resource.file, line=part.line, of=resource.id, is_unknown=is_unknown
    )
