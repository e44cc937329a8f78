"""Streams and permissions: what stands between code and a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...problem import Problem
from ..audit import Audit
from ..uses import Use
from .catalogue import NO_GRANT, NO_STREAM
from .tables import Known, shown

_CHECK = "dynamodb:ConditionCheckItem"
_ALLOWS = frozenset({_CHECK, "dynamodb:*", "*"})


def stream_problems(audit: Audit, known: Known) -> Iterator[Problem]:
    """Functions that read change records, and triggers, of tables without a stream."""
    for site, source in audit.found.stream_sources.items():
        if source.declared.stream is False:
            name = shown(source.declared.name)
            what = f"the trigger reads changes of {name}, which has no stream"
            yield NO_STREAM.problem(what, file=site.file, line=site.line, of=name)
    if known.declared and all(one.stream is False for one in known.declared):
        for site, function in audit.found.stream_readers.items():
            what = f"{function} reads change records, and no table that is declared has a stream"
            yield NO_STREAM.problem(what, file=site.file, line=site.line)


def grant_problems(audit: Audit) -> Iterator[Problem]:
    """Transactions with a check, in code that may not check."""
    checks = [use for use in audit.uses if use.operation == "ConditionCheck"]
    yield from _of_functions(checks, audit)
    allowed = audit.found.permissions
    if allowed and not any(_ALLOWS & actions for actions in allowed.values()):
        place = next(iter(allowed))
        for use in _first_of_each(checks):
            what = f"the transaction checks {_table(use)}; no statement, as at {place}, allows it"
            yield NO_GRANT.problem(what, file=use.site.file, line=use.site.line, of=_table(use))


def _of_functions(checks: Sequence[Use], audit: Audit) -> Iterator[Problem]:
    """By what the layer's functions declare: the code of each begins at its handler."""
    for handler, calls in audit.found.declared_handlers.items():
        function = handler.rpartition(":")[2]
        for use in _first_of_each([one for one in checks if one.functions[:1] == (function,)]):
            if (use.table, "check") not in calls:
                what = f"{handler} checks {_table(use)} and does not declare it: writes=[….check]"
                yield NO_GRANT.problem(what, file=use.site.file, line=use.site.line, of=_table(use))


def _table(use: Use) -> str:
    return shown(use.table) if isinstance(use.table, str) else "a table"


def _first_of_each(uses: Sequence[Use]) -> Sequence[Use]:
    return list({(use.site, use.table): use for use in reversed(uses)}.values())[::-1]
