"""The options of `trueup verify` that name templates, and what is compared by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from ..._kinds import misspelt
from ...configuration.stage import StagedLayer
from ...errors import ErrorCode, InvalidCall, Place
from ...infra.agreement.resources import verify_resources
from ...infra.staged import staged_stack
from ...lifecycle.accepted import Accepted
from ...lifecycle.declared import check_names
from ...lifecycle.verification import Verification
from ...templates.reading import read_template
from ...templates.tables import template_tables
from ...templates.template import Template
from ...templates.three_ways import three_ways
from ...templates.verification import declared_in_templates, is_table, verify_templates
from ..checking.given import check_parameters, pairs, parameter_values


# The standard decorator: the fields are options with defaults, and `signature` reads them.
@dataclass(frozen=True)
class TemplateOptions:
    """The options that name templates."""

    template: Annotated[
        list[Path] | None,
        typer.Option(
            "--template", metavar="PATH", help="Compare with this template, or with cdk.out."
        ),
    ] = None
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of the template."),
    ] = None
    resource: Annotated[
        list[str] | None,
        typer.Option(
            "--resource", metavar="TABLE=ID", help="The resource that is a table, if no name says."
        ),
    ] = None
    live: Annotated[
        bool, typer.Option("--live", help="Compare with the live tables as well, three ways.")
    ] = False
    whole: Annotated[
        bool,
        typer.Option(
            "--whole", help="The templates have all that is declared: what they lack differs."
        ),
    ] = False

    @property
    def paths(self) -> Sequence[Path]:
        """The templates."""
        return self.template or []

    def check(self) -> None:
        """Refuse options that mean nothing without a template. Raises InvalidCall (usage)."""
        given = {
            "--parameter": self.parameter,
            "--resource": self.resource,
            "--live": self.live,
            "--whole": self.whole,
        }
        if not self.template and (named := [name for name, value in given.items() if value]):
            raise InvalidCall(
                f"{' and '.join(named)} without --template: no template is named",
                where=Place(note="trueup verify"),
                fix="name one by --template, or leave it out",
                code=ErrorCode.USAGE,
            )


def verify_by_templates(
    staged: StagedLayer,
    only: list[str],
    accepted: Accepted,
    options: TemplateOptions,
    live: Callable[[], Verification],
) -> Verification:
    """Verify a layer against templates, and with `--live` against the live tables, too.

    Raises DeclarationError (invalid-template), and InvalidCall (invalid-option) for parameters that
    no template has, or tables that the layer has not.
    """
    names = staged.table_names
    declared = declared_in_templates(staged.layer, names, only, protect=staged.stage.protect)
    parameters = parameter_values(options.parameter or [])
    resources = pairs(options.resource or [], "--resource Orders=OrdersTable")
    check_names(resources, names, "--resource")
    templates = [read_template(path, parameters) for path in options.paths]
    check_parameters(parameters, templates)
    _check_resources(resources, templates)
    found = verify_templates(
        declared,
        templates,
        resources={names[table]: one for table, one in resources.items()},
        is_whole=not only,
        accepted=accepted,
    )
    if not only:
        found = _with_resources(found, staged, templates, is_whole=options.whole)
    return three_ways(found, live()) if options.live else found


def _with_resources(
    found: Verification, staged: StagedLayer, templates: Sequence[Template], *, is_whole: bool
) -> Verification:
    """The same with the declared resources that are no tables."""
    agreement = verify_resources(
        staged_stack(staged), templates, declared_at=staged.layer.declared_at, is_whole=is_whole
    )
    return replace(
        found,
        findings=(*found.findings, *agreement.findings),
        others=agreement.compared,
        absent=agreement.absent,
    )


def _check_resources(given: Mapping[str, str], templates: Sequence[Template]) -> None:
    """Refuse ids that name no table of a template."""
    for id_ in given.values():
        if not any(is_table(id_, template) for template in templates):
            known = [one.resource.id for template in templates for one in template_tables(template)]
            raise InvalidCall(
                f"no template has a table {id_!r}; {misspelt(id_, known, 'tables')}",
                where=Place(note="--resource"),
                fix="name the resource as the template does",
                code=ErrorCode.INVALID_OPTION,
            )
