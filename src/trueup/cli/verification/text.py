"""The report for terminals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import fill

from rich.text import Text

from ...schema.verify import Verdict
from ..output import BAD, FAINT, GOOD, WARNING
from .lines import SYMBOLS, Line

_STYLES: dict[Verdict, str] = {"agrees": GOOD, "differs": BAD, "unknown": WARNING}


def report(lines: Iterable[Line], width: int, *, everything: bool) -> Iterator[Text]:
    """What is printed: each table once, and its facts; those that agree only if asked for."""
    for table, group in groupby(lines, lambda line: line.table):
        facts = list(group)
        agreeing = sum(line.verdict == "agrees" for line in facts)
        yield _marked(_worst(facts), f"{table}: {agreeing} of {len(facts)} facts agree", 0, width)
        for line in facts:
            if everything or line.verdict != "agrees":
                yield from _fact(line, width)


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
            yield Text(_wrapped(f"{name}: {value}", 6, width), FAINT)


def _marked(verdict: Verdict, text: str, indent: int, width: int) -> Text:
    """A text after the symbol of its verdict, which alone has a colour."""
    wrapped = Text(_wrapped(f"{SYMBOLS[verdict]} {text}", indent, width))
    wrapped.stylize(_STYLES[verdict], indent, indent + 1)
    return wrapped


def _wrapped(text: str, indent: int, width: int) -> str:
    """Lines that are no longer than the terminal, unless a word is; later ones stand further in."""
    return fill(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
