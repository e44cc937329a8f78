"""The report as a list of checks: a sentence for each, how many there are of each kind, and how
many succeed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.text import Text

from ...schema.facts import Path
from ..wording import wrapped
from .lines import SYMBOLS, Line

_KINDS = {
    "extensions": "Extension",
    "columns": "Column",
    "constraints": "Constraint",
    "indexes": "Index",
    "index": "Index",
    "functions": "Function",
    "triggers": "Trigger",
    "objects": "Object",
    "types": "Type",
    "row_security": "Row security",
    "behaviour": "Behaviour",
}
"""By the first name of a fact's path; what is not named is a setting."""


def checklist(
    declared: Sequence[str], present: Sequence[str], lines: Sequence[Line], width: int
) -> Iterator[Text]:
    """What is printed: the database first, which was read, then table by table."""
    kinds: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    for kind, symbol, sentence in _checks(declared, present, lines):
        kinds[kind] += 1
        verdicts[symbol] += 1
        yield wrapped(f"{symbol} {sentence}", 0, width, hang=2)
    total, passed = verdicts.total(), verdicts[SYMBOLS["agrees"]]
    yield Text("")
    for kind, number in sorted(kinds.items()):
        yield Text(f"{kind + ':':<18}{number:>5}")
    yield Text("")
    yield Text(f"{'Total checks:':<18}{total:>5}")
    yield Text(f"{'Passed:':<18}{passed:>5}")
    yield Text(f"{'Failed:':<18}{verdicts[SYMBOLS['differs']]:>5}")
    yield Text(f"{'Not known:':<18}{verdicts[SYMBOLS['unknown']]:>5}")
    # Rounded down: 100.0 % is said only if all succeed.
    yield Text(f"{'Success rate:':<18}{passed * 1000 // max(1, total) / 10:>5} %")


def _checks(
    declared: Sequence[str], present: Sequence[str], lines: Sequence[Line]
) -> Iterator[tuple[str, str, str]]:
    """Kind, symbol and sentence of each check."""
    agrees, differs = SYMBOLS["agrees"], SYMBOLS["differs"]
    if present:
        yield "Connection", agrees, "Database connection established"
    seen: set[str] = set()
    for table in declared:
        facts = [line for line in lines if line.table == table]
        whole = [line for line in facts if line.fact == "table"]
        if whole:
            yield "Table", whole[0].symbol, f"Table '{table}' exists: {whole[0].text}"
        else:
            is_there = table in present
            yield "Table", agrees if is_there else differs, f"Table '{table}' exists"
        for line in facts:
            kind = _KINDS.get(line.fact.split(".", 1)[0], "Setting")
            sentence = _sentence(table, kind, line)
            if line.fact != "table" and sentence not in seen:
                seen.add(sentence)
                yield kind, line.symbol, sentence


def heading_of(path: Path) -> str:
    """The kind of a check, by the path of its fact; of an attempt also what is tried."""
    kind = _KINDS.get(path[0], "Setting") if path else "Table"
    return f"{kind}: {path[1]}" if kind == "Behaviour" and len(path) > 1 else kind


def _sentence(table: str, kind: str, line: Line) -> str:
    """What a check says: the fact in full if it agrees, and what was found if it does not."""
    _, _, name = line.fact.partition(".")
    if kind == "Extension":
        said = f"Extension '{name}' is installed"
    elif kind == "Function":
        said = f"Function '{name}' exists and is as declared"
    elif kind in ("Constraint", "Index", "Trigger"):
        said = f"{kind} '{name}' of '{table}' is as declared"
    elif kind == "Column":
        said = f"Column '{table}.{name}'"
        return f"{said}: {line.text}"
    elif kind == "Behaviour":
        what, _, one = name.partition(".")
        return f"'{table}' {what} {one}: {line.text}"
    else:
        return f"'{table}' {line.fact}: {line.text}"
    return said if line.verdict == "agrees" else f"{said}: {line.text}"
