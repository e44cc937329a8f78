"""The text of `trueup migrate`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from ...migrations.events import Batched, Done, Event, Named, Proving, Ran, Repeated, Waited
from ...migrations.proving.proofs import Proof
from ...migrations.proving.refusals import Refused
from ...migrations.repeatable.files import FOLDER
from ..output import BAD, FAINT, GOOD, WARNING, Output
from ..wording import counted
from .document import Going, MigrationLine, ProblemLine, RepeatableLine, Standing

_SYMBOLS = {
    Standing.PENDING: ("+", WARNING),
    Standing.APPLIED: ("✓", GOOD),
    Standing.BASELINE: ("✓", FAINT),
    Standing.APPLYING: ("?", WARNING),
    Standing.UNDOING: ("?", WARNING),
}


def print_lines(output: Output, lines: Sequence[MigrationLine]) -> None:
    """A line for each migration."""
    for line in lines:
        symbol, style = _SYMBOLS[line.standing]
        output.marked(symbol, style, f"{line.name}: {_standing(line)}")


def _standing(line: MigrationLine) -> str:
    match line.standing:
        case Standing.PENDING:
            return f"pending, {line.proof or 'proved'}"
        case Standing.APPLIED:
            note = f"; {line.note}" if line.note else ""
            return f"applied {line.at} by {line.by}, in {line.duration_ms} ms{note}"
        case Standing.BASELINE:
            note = f"; {line.note}" if line.note else ""
            return f"baseline, noted {line.at} by {line.by}{note}"
        case standing:
            doubt = "; the next one may have run" if line.is_in_doubt else ""
            return f"{standing.value}, {counted(line.statement, 'statement')} done{doubt}"


def print_repeatables(output: Output, lines: Sequence[RepeatableLine]) -> None:
    """A line for each repeatable file."""
    for line in lines:
        if line.why:
            proof = line.proof or "proved"
            output.marked("+", WARNING, f"{line.name}: runs at the next up, {line.why}; {proof}")
        else:
            output.marked("✓", GOOD, f"{line.name}: ran {line.at} by {line.by}, in "
                          f"{line.duration_ms} ms")  # fmt: skip


def print_problems(output: Output, problems: Sequence[ProblemLine]) -> None:
    """A line for each problem, and what to do."""
    for problem in problems:
        output.marked("✗", BAD, f"{problem.name}: {problem.fault.value}: {problem.what}")
        output.marked(" ", FAINT, f"to do: {problem.fix}")


def print_proof(output: Output, proof: Proof) -> None:
    """A line for a proof, and one for what is lost."""
    tables = ", ".join(f"{name} {count:,}" for name, count in proof.rows.items()) or "no tables"
    way = "up" if proof.is_forward else "up, down, up"
    way = "twice" if proof.name.startswith(f"{FOLDER}/") else way
    output.marked("✓", GOOD, f"{proof.name}: {way}, over rows of {tables}")
    if proof.upgrades_from:
        versions = ", ".join(str(one) if one else "empty" for one in proof.upgrades_from)
        output.marked(" ", FAINT, f"in one run from {versions}, and back")
    for direction, losses in (("up", proof.loses_up), ("down", proof.loses_down)):
        if losses:
            output.marked("!", WARNING, f"{direction} loses {'; '.join(losses)}")
    if proof.few:
        output.marked("!", WARNING, f"no more rows fit: {', '.join(proof.few)}")


def print_refused(output: Output, refused: Refused) -> None:
    """Why a migration is not proved."""
    said = f": {refused.error!s}" if refused.error else ""
    output.marked("✗", BAD, f"{refused.migration.name}: {refused.what}{said}")


def print_going(output: Output, migrations: Sequence[Going]) -> None:
    """What a run down would take with it."""
    for one in migrations:
        rows = ", ".join(f"{count:,} rows of {name}" for name, count in one.rows.items())
        parts = [*one.loses, *([rows] if rows else [])]
        output.marked("-", BAD, f"{one.name}: {'; '.join(parts) or 'nothing is lost'}")


class Progress:
    """Says on stderr how far a run is."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._proving: Named | None = None
        self.done: list[str] = []

    def __call__(self, event: Event) -> None:
        """Say one event."""
        match event:
            case Done(migration, is_undone):
                self.done.append(migration.name)
                word = "undone" if is_undone else "applied"
                self._output.marked("✓", GOOD, f"{migration.name} {word}")
            case Ran(migration, number, numbers):
                self._note(f"[{number}/{numbers}] {migration.name}")
            case Batched(migration, number, rows):
                self._note(f"{migration.name}, statement {number}: {rows:,} rows")
            case Repeated(file, is_previous):
                self.done.append(file.name)
                word = "is as it was before" if is_previous else "ran"
                self._output.marked("✓", GOOD, f"{file.name} {word}")
            case Waited(name, attempt, attempts, why):
                self._note(f"{name}: {why}; attempt {attempt} of {attempts}")
            case Proving(migration) if migration != self._proving:
                self._proving = migration
                self._note(f"{migration.name} on a shadow")

    def summary(self) -> str:
        """What is done, for messages."""
        return f"{', '.join(self.done)} is done" if self.done else "nothing was changed"

    def _note(self, text: str) -> None:
        self._output.note(Text(text, "none"))
