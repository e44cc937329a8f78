"""`python -m systems.iops.demo`: the dashboard's questions, asked of one database or of two."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table as TextTable

import trueup
from trueup import TrueupError

from ..answers import Answer, ask_all, comparison, differing
from ..options import Parser
from ..places import Place, place_at, temporary_file
from .models import layer
from .questions import EXAMPLES
from .seeds import SEEDED_AT, seed

WIDTH = 80


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. different: patterns whose answers differ from those of SQLite; None where
    there was nothing to compare with."""

    engine: str
    answers: list[Answer]
    different: list[str] | None = None

    @property
    def agrees(self) -> bool:
        """Whether every pattern has an answer, and the same one everywhere."""
        return all(answer.items for answer in self.answers) and not self.different


def main(arguments: list[str] | None = None) -> int:
    """Run the demo. Returns 0 where all answers agree, 2 where one does not, 1 for an error."""
    options = Parser("systems.iops.demo", __doc__).parse_args(arguments)
    try:
        report = _run(options.url)
    except TrueupError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(_as_json(report), indent=2))
    else:
        _print_report(report)
    return 0 if report.agrees else 2


def _run(url: str | None) -> Report:
    with temporary_file() as file:
        ours = ask(file)
        if url is None:
            return Report(file.engine, ours)
        with place_at(url) as place:
            answers = ask(place)
            return Report(place.engine, answers, differing(layer, answers, ours))


def ask(place: Place) -> list[Answer]:
    """Fill a database, and ask it everything."""
    clock = SEEDED_AT.timestamp
    with trueup.connect(place.url, layer, clock=clock, table_names=place.names) as db:
        db.create_tables()
        seed(db)
        return ask_all(db, layer, EXAMPLES)


def _as_json(report: Report) -> dict[str, object]:
    return {
        "engine": report.engine,
        "answers": [answer.summary() for answer in report.answers],
        "different": report.different,
        "agrees": report.agrees,
    }


def _print_report(report: Report) -> None:
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH)
    table = TextTable(box=box.SIMPLE_HEAD, pad_edge=False, expand=True, header_style="dim")
    table.add_column("question")
    table.add_column("items", justify="right")
    table.add_column("ms", justify="right")
    for answer in report.answers:
        table.add_row(answer.question, f"{answer.items:,}", f"{answer.duration_s * 1000:.1f}")
    console.print(f"\n[bold cyan]iops[/]  the dashboard's questions on {report.engine}")
    console.print(table)
    console.print(_verdict(report))


def _verdict(report: Report) -> str:
    asked = len(report.answers)
    if report.different is None:
        return f"{asked} access patterns answered."
    colour = "red" if report.different else "green"
    return f"[bold {colour}]{comparison(asked, report.engine, report.different)}[/]"


if __name__ == "__main__":
    sys.exit(main())
