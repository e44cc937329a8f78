"""Descriptions as facts: the comments on what a table declares, by kind and name.

Those of tables and columns are facts of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....model.declarations.relational import Relational
from ..values.names import literal, quote
from .constraints import Naming, exclusion_name, reference_name, unique_name
from .row_security import POLICY
from .triggers import trigger_name

_ON_DOMAIN = " on domain "
_PLACED = re.compile(r"(constraint|trigger|policy) (.*)", re.DOTALL)
_TYPES = ("type ", "composite type ")


def descriptions_of(settings: Relational, naming: Naming) -> dict[str, str]:
    """The declared descriptions: `{"index jobs_by_day": "For the daily report"}`."""
    return {thing: text for thing, text in _described(settings, naming) if text}


def description_sql(table: str, thing: str, text: str) -> str:
    """The statement that describes a thing of a table."""
    return f"COMMENT ON {_target(table, thing)} IS {literal(text) if text else 'NULL'}"


def _described(settings: Relational, naming: Naming) -> Iterator[tuple[str, str]]:
    yield from _of_constraints(settings, naming)
    for index in settings.indexes:
        yield f"index {naming.called(index.name)}", index.description
    for trigger in settings.triggers:
        yield f"trigger {trigger_name(trigger, naming)}", trigger.description
    if settings.tenant:
        yield f"policy {POLICY}", settings.tenant_description
    for name, text in settings.enum_descriptions.items():
        yield f"type {name}", text
    for domain in settings.domains:
        yield f"domain {domain.name}", domain.description
        for check in domain.checks:
            yield f"constraint {check.name}{_ON_DOMAIN}{domain.name}", check.description
    for composite in settings.composites:
        yield f"composite type {composite.name}", composite.description
    for sequence in settings.sequences:
        yield f"sequence {sequence.name}", sequence.description
    for one in settings.objects:
        yield f"{one.kind} {one.name}", one.description


def _of_constraints(settings: Relational, naming: Naming) -> Iterator[tuple[str, str]]:
    for unique in settings.unique:
        kind = "index" if unique.where else "constraint"
        yield f"{kind} {unique_name(unique, naming)}", unique.description
    for reference in settings.references:
        yield f"constraint {reference_name(reference, naming)}", reference.description
    for exclusion in settings.exclusions:
        yield f"constraint {exclusion_name(exclusion, naming)}", exclusion.description
    for check in settings.checks:
        yield f"constraint {check.name}", check.description


def _target(table: str, thing: str) -> str:
    """A thing as COMMENT ON names it: a function has its parameters' types.

    Source: https://www.postgresql.org/docs/15/sql-comment.html
    """
    if thing.startswith(("function ", "procedure ")):
        kind, _, name = thing.partition(" ")
        return f"{kind.upper()} {name}"
    if (placed := _PLACED.fullmatch(thing)) is not None:
        name, on_domain, domain = placed[2].partition(_ON_DOMAIN)
        on = f"DOMAIN {quote(domain)}" if on_domain else quote(table)
        return f"{placed[1].upper()} {quote(name)} ON {on}"
    for kind in (*_TYPES, "materialized view ", "view ", "index ", "domain ", "sequence "):
        if thing.startswith(kind):
            word = "TYPE " if kind in _TYPES else kind.upper()
            return word + quote(thing.removeprefix(kind))
    raise AssertionError(thing)
