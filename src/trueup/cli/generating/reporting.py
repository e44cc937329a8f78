"""What a report is counted from: the declarations of a stage, and the files that are given."""

from __future__ import annotations

from ...checks.report.components import Known
from ...checks.report.evidence import read_calls, read_results
from ...configuration.stage import StagedLayer
from ...docgen import page_files
from ...docgen.pages import EXPIRY
from ...engines.connect import target_engine
from ...infra.staged import staged_stack
from ...lifecycle.generated import State
from ...schema.verify import Finding
from ...templates.reading import read_template
from ...templates.template import Template
from ...templates.verification import declared_in_templates, verify_templates
from ..checking.given import check_parameters, parameter_values
from .asked import Evidence, default_out


def known_of(staged: StagedLayer, given: Evidence) -> Known:
    """Everything that the options tell. Raises the errors of what they name."""
    parameters = parameter_values(given.parameter or ())
    templates = tuple(read_template(path, parameters) for path in given.template or ())
    check_parameters(parameters, templates)
    return Known(
        layer=staged.layer,
        names=staged.table_names,
        stack=staged_stack(staged),
        findings=_findings(staged, templates) if templates else None,
        templates=templates,
        tests=read_results(given.tests) if given.tests else None,
        calls=read_calls(given.calls) if given.calls else None,
        ttl_page=_has_ttl_page(staged),
    )


def _findings(staged: StagedLayer, templates: tuple[Template, ...]) -> list[Finding]:
    names, protect = staged.table_names, staged.stage.protect
    declared = declared_in_templates(staged.layer, names, protect=protect)
    return list(verify_templates(declared, templates, resources={}).findings)


def _has_ttl_page(staged: StagedLayer) -> bool:
    """Whether the page of what expires is where it is generated, and current."""
    pages = page_files(staged.layer, target_engine(staged.layer), default_out("docs", "tables"))
    return any(one.path.name == EXPIRY and one.state is State.CURRENT for one in pages)
