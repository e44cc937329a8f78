"""Tables that are used and those that are declared, compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ....schema.facts import Unknown
from ...problem import Problem
from ..audit import Audit
from ..uses import Declared, Use
from .catalogue import NAME, UNDECLARED, UNUSED

READS = frozenset({"describe_table", "describe_time_to_live", "describe_continuous_backups"})


def shown(name: str) -> str:
    """A name, with an ellipsis for what is not known."""
    return name.replace("\0", "…")


class Known:
    """The declared tables by name. A part of a name that is not known may be any text."""

    def __init__(self, declared: Sequence[Declared]) -> None:
        self.declared = [one for one in declared if one.name.strip("\0")]
        self._answers: dict[str, Declared | None] = {}

    def find(self, name: str | Unknown) -> Declared | None:
        """The declaration of a table; None if there is none, or the name is not known."""
        if isinstance(name, Unknown):
            return None
        if name not in self._answers:
            exact = [one for one in self.declared if one.name == name]
            fits = [one for one in self.declared if _fits(one.name, name) or _fits(name, one.name)]
            # A declaration beside the code says more than what the code makes for itself.
            best = sorted(exact or fits, key=lambda one: (one.by == "code", one.keys is None))
            self._answers[name] = best[0] if best else None
        return self._answers[name]


def _fits(pattern: str, name: str) -> bool:
    if "\0" not in pattern:
        return False
    return re.fullmatch(".+".join(map(re.escape, pattern.split("\0"))), name, re.DOTALL) is not None


def table_problems(audit: Audit, known: Known) -> Iterator[Problem]:
    """Used but not declared; declared but not used; names that are not known."""
    if known.declared:
        yield from _undeclared(audit.uses, known)
        yield from _unused(audit, known)
    elif audit.uses:
        yield _nothing_declared(audit.uses)
    yield from _unknown_names(audit)


def _undeclared(uses: Sequence[Use], known: Known) -> Iterator[Problem]:
    first: dict[str, Use] = {}
    others: dict[str, dict[str, None]] = {}
    for use in uses:
        if isinstance(use.table, str) and known.find(use.table) is None:
            first.setdefault(use.table, use)
            how = f"{use.operation} at {use.site}"
            others.setdefault(use.table, {})[how] = None
    for name, use in first.items():
        what = f"{shown(name)} is used and not declared: {', '.join(others[name])}"
        yield UNDECLARED.problem(what, file=use.site.file, line=use.site.line, of=shown(name))


def _unused(audit: Audit, known: Known) -> Iterator[Problem]:
    used = {found for use in audit.uses if (found := known.find(use.table)) is not None}
    rest = [one for one in known.declared if one not in used and one.by != "code"]
    names = {one.name for one in used}
    rest = [one for one in rest if one.name not in names]
    if rest:
        listed = ", ".join(dict.fromkeys(shown(one.name) for one in rest))
        what = f"declared and not used by the code here: {listed}"
        yield UNUSED.problem(what, file=rest[0].site.file, line=rest[0].site.line)


def _nothing_declared(uses: Sequence[Use]) -> Problem:
    names = dict.fromkeys(shown(use.table) for use in uses if isinstance(use.table, str))
    listed = ", ".join(names) or "names that are not known"
    return UNDECLARED.problem(
        f"no declaration was found to compare with; the code uses {listed}",
        file=uses[0].site.file,
        line=uses[0].site.line,
        is_unknown=True,
    )


def _unknown_names(audit: Audit) -> Iterator[Problem]:
    for variable in audit.found.variables:
        yield NAME.problem(
            f"the variable {variable.name} names a table and has no default",
            file=variable.site.file,
            line=variable.site.line,
            of=variable.name,
            is_unknown=True,
        )
    for use in _only_unknown(audit.uses):
        yield NAME.problem(
            f"{use.operation} on a table that is not known: {_why(use)}",
            file=use.site.file,
            line=use.site.line,
            is_unknown=True,
        )


def _why(use: Use) -> str:
    return use.table.why if isinstance(use.table, Unknown) else shown(use.table)


def _only_unknown(uses: Sequence[Use]) -> Iterator[Use]:
    """A use for each place of which no way leads to a name."""
    by_place: dict[object, list[Use]] = {}
    for use in uses:
        by_place.setdefault((use.site, use.operation), []).append(use)
    for found in by_place.values():
        whys = [use.table.why for use in found if isinstance(use.table, Unknown)]
        if len(whys) == len(found) and not any(why.startswith("the variable") for why in whys):
            yield found[0]


def by_site(uses: Sequence[Use]) -> Mapping[object, Use]:
    """A use for each place and table: ways that lead there say the same."""
    found: dict[object, Use] = {}
    for use in uses:
        found.setdefault((use.site, use.operation, use.table, use.index), use)
    return found
