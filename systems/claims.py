"""What a demo on PostgreSQL asked and claims: how that is printed, and when it holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from rich import box
from rich.console import Console
from rich.table import Table as TextTable

from trueup import TrueupError

from .answers import Answer

WIDTH = 80


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence about the database. found: what was seen, in few words."""

    sentence: str
    holds: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run of a system found on an engine."""

    system: str
    engine: str
    answers: Sequence[Answer]
    claims: Sequence[Claim]

    @property
    def agrees(self) -> bool:
        """Whether every question has an answer, and every claim holds."""
        return all(one.items for one in self.answers) and all(one.holds for one in self.claims)

    def print_json(self) -> None:
        """Print all but the items, for programs."""
        print(
            json.dumps(
                {
                    "engine": self.engine,
                    "answers": [answer.summary() for answer in self.answers],
                    "claims": [asdict(claim) for claim in self.claims],
                    "agrees": self.agrees,
                },
                indent=2,
            )
        )

    def print_text(self, about: str) -> None:
        """Print it for people. about: what the system is, in few words."""
        console = Console(highlight=False)
        console.width = min(console.width, WIDTH)
        console.print(f"\n[bold cyan]{self.system}[/]  {about} on {self.engine}")
        if self.answers:
            console.print(_table(self.answers))
        for claim in self.claims:
            mark = "[green]✓[/]" if claim.holds else "[bold red]✗[/]"
            found = f"  [dim]{claim.found}[/]" if claim.found else ""
            console.print(f"{mark} {claim.sentence}{found}")


def _table(answers: Sequence[Answer]) -> TextTable:
    table = TextTable(box=box.SIMPLE_HEAD, pad_edge=False, expand=True, header_style="dim")
    table.add_column("question")
    table.add_column("items", justify="right")
    table.add_column("ms", justify="right")
    for answer in answers:
        table.add_row(answer.question, f"{answer.items:,}", f"{answer.duration_s * 1000:.1f}")
    return table


def refused(sentence: str, call: Callable[[], object]) -> Claim:
    """The claim that a call is refused, with the code of the error, or what refuses it."""
    try:
        call()
    except TrueupError as error:
        by = getattr(error, "constraint", "")
        return Claim(sentence, holds=True, found=by or error.code.value)
    return Claim(sentence, holds=False, found="it was stored")
