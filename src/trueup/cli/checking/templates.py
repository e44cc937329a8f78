"""What is found in templates: by our rules, and by cfn-lint where it is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ...checks.problem import Problem
from ...checks.templates.cfn_lint import (
    cfn_lint_command,
    cfn_lint_problems,
    without_repetitions,
)
from ...checks.templates.lint import template_problems
from ...templates.reading import read_template
from ...templates.template import Template
from .given import check_parameters

READ_BY_CFN_LINT = ("cloudformation", "sam", "cdk")
NO_CFN_LINT = "cfn-lint is not installed, and did not look: pip install 'trueup[lint]'"


def problems_of_templates(
    paths: Iterable[Path], parameters: Mapping[str, str]
) -> Iterator[Problem]:
    """What our rules find in each template, and then what cfn-lint finds beside them."""
    read = [(path, read_template(path, parameters)) for path in paths]
    check_parameters(parameters, [template for _, template in read])
    for path, template in read:
        ours = list(template_problems(template))
        yield from ours
        command = cfn_lint_command() if template.form in READ_BY_CFN_LINT else ()
        for file in _files(template, path) if command else ():
            yield from without_repetitions(ours, cfn_lint_problems(file, command))


def _files(template: Template, path: Path) -> Sequence[Path]:
    """The files that hold the resources: an assembly of the CDK is a folder of templates."""
    if template.form != "cdk":
        return [path]
    return [Path(file) for file in dict.fromkeys(one.file for one in template.resources.values())]


def notes_on_templates(paths: Sequence[Path]) -> Sequence[str]:
    """What could not take part."""
    return [NO_CFN_LINT] if paths and not cfn_lint_command() else []
