"""The demo's findings as text for a person; says in words what it also says in colour."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from ..answers import Answer, comparison
from .checks import Check
from .run import Report
from .tables import layer

WIDTH = 80


def print_report(report: Report) -> None:
    """Write the report to standard output, at most 80 columns wide."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH)
    console.print(_heading(report))
    console.print(_title("Seeded", f"{report.items:,} items in {report.seeding_s:.1f} s"))
    console.print(_seeded(report))
    asked = len(report.answers)
    asking_ms = sum(answer.duration_s for answer in report.answers) * 1000
    console.print(_title("Asked", f"{asked} access patterns in {asking_ms:,.0f} ms"))
    console.print(_answers(report.answers))
    console.print(_title("One request", report.request.call))
    console.print(_request(report))
    console.print(_title("Checked", "the database, opened again, against the catalogues"))
    console.print(_checks(report.checks))
    if report.different is not None:
        colour = "bold red" if report.different else "bold green"
        text = comparison(len(report.answers), report.engine, report.different)
        console.print(Text(text, colour))
    console.print(_verdict(report))


def _heading(report: Report) -> RenderableType:
    tables = len(layer.tables)
    indexes = sum(len(table.indexes) for table in layer.tables)
    text = Text.assemble(
        ("Which compliance control maps to which?\n", "bold"),
        f"{tables} tables, {indexes} indexes and {len(report.answers)} access patterns, "
        "declared once in Python.\n",
        _where(report),
    )
    return Panel(text, title="nexus on Trueup", box=box.ROUNDED, border_style="cyan")


def _where(report: Report) -> str:
    if report.engine == "sqlite":
        return "Held to the rules of DynamoDB, running on SQLite: no server, no account."
    return f"Running on {report.engine}, and on SQLite for comparison."


def _title(what: str, more: str) -> Text:
    return Text.assemble("\n", (what, "bold cyan"), "  ", (more, "dim"))


def _columns(*columns: tuple[str, str]) -> Table:
    """A plain table; the columns are headings with "<" or ">" for their side."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True, header_style="dim")
    for position, (heading, side) in enumerate(columns):
        right = side == ">"
        table.add_column(
            heading,
            justify="right" if right else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if position == 1 else None,
        )
    return table


def _seeded(report: Report) -> Table:
    table = _columns(("table", "<"), ("what it holds", "<"), ("deployed as", "<"), ("items", ">"))
    described = {one.name: one.description for one in layer.tables}
    for seeded in report.seeded:
        name = seeded.table
        table.add_row(name, described[name], report.deployed_as[name], f"{seeded.items:,}")
    return table


def _answers(answers: Iterable[Answer]) -> Table:
    table = _columns(("question", "<"), ("asked for", "<"), ("items", ">"), ("ms", ">"))
    for name, group in groupby(answers, key=lambda answer: answer.table):
        table.add_row(Text(name, "bold"))
        for answer in group:
            table.add_row(
                f"  {answer.question}",
                Text(_shorten(", ".join(answer.given)), "dim"),
                f"{answer.items:,}",
                f"{answer.duration_s * 1000:.1f}",
            )
    return table


def _shorten(text: str, most: int = 25) -> str:
    """Keep the end of each part of a key, where keys differ."""
    if len(text) <= most:
        return text
    pieces = re.split("(, |#)", text)
    room = (most - sum(map(len, pieces[1::2]))) // len(pieces[::2])
    return "".join(piece if len(piece) <= room else f"…{piece[1 - room :]}" for piece in pieces)


def _request(report: Report) -> RenderableType:
    request = report.request
    text = Syntax(
        request.text,
        request.language,
        theme="ansi_dark",
        word_wrap=True,
        background_color="default",
    )
    if not request.parameters:
        return Group("", text)
    parameters = Text(f"parameters  {', '.join(map(repr, request.parameters))}", "dim")
    return Group("", text, parameters)


def _checks(checks: Iterable[Check]) -> Table:
    table = _columns(("result", "<"), ("claim", "<"), ("expected", ">"), ("found", ">"))
    for check in checks:
        result = Text("agrees", "green") if check.holds else Text("DIFFERS", "bold red")
        claim = check.claim + (f" ({check.wrong:,} wrong)" if check.wrong else "")
        table.add_row(result, claim, f"{check.expected:,}", f"{check.found:,}")
    return table


def _verdict(report: Report) -> Text:
    failed = sum(not check.holds for check in report.checks)
    if failed:
        claims = f"{failed} of {len(report.checks)} claims do not hold."
        verdict = Text(f"Code and database do not agree: {claims}", "bold red")
    else:
        verdict = Text("Code and database agree.", "bold green")
    kept = f" The file is {report.database}." if report.is_kept else ""
    return Text.assemble(verdict, f" Took {report.duration_s:.1f} s.", kept)
