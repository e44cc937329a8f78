"""The report for terminals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.text import Text

from ...schema.facts import dotted
from ...schema.verify import Verdict
from ...templates.mending import RESOURCE
from ..output import FAINT
from ..wording import wrapped
from .lines import SYMBOLS, Line

_HANG = 2


def report(lines: Iterable[Line], width: int, *, everything: bool) -> Iterator[Text]:
    """What is printed: each table once, and its facts; those that agree only if asked for,
    and likewise other resources as a whole."""
    for table, group in groupby(lines, lambda line: line.table):
        facts = list(group)
        if not everything and all(map(_is_agreeing_resource, facts)):
            continue  # a layer has some hundred alarms, which the summary counts
        agreeing = sum(line.verdict == "agrees" for line in facts)
        yield _marked(_worst(facts), f"{table}: {agreeing} of {len(facts)} facts agree", 0, width)
        for line in facts:
            if everything or line.verdict != "agrees":
                yield from _fact(line, width)


def _is_agreeing_resource(line: Line) -> bool:
    return line.verdict == "agrees" and line.fact == dotted(RESOURCE)


def _worst(facts: Iterable[Line]) -> Verdict:
    found = {line.verdict for line in facts}
    if "differs" in found:
        return "differs"
    return "unknown" if "unknown" in found else "agrees"


def _fact(line: Line, width: int) -> Iterator[Text]:
    severity = f" ({line.severity})" if line.verdict == "differs" else ""
    yield _marked(line.verdict, f"{line.fact}: {line.text}{severity}", 2, width)
    if line.verdict == "agrees":
        return
    sources = [("declared", line.declared_at), ("found", line.found_at), ("mend", line.mended_by)]
    for name, value in sources:
        if value:
            yield wrapped(f"{name}: {value}", 6, width, FAINT, hang=_HANG)


def _marked(verdict: Verdict, text: str, indent: int, width: int) -> Text:
    """A text after the symbol of its verdict, which alone has a colour."""
    return wrapped(f"{SYMBOLS[verdict]} {text}", indent, width, hang=_HANG)
