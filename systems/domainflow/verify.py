"""`python -m systems.domainflow.verify`, or `systems/domainflow/bin/verify`: what is declared and
what the database does, check by check, with the share that succeeds. Ends with 0 if all do, else
with 1.

The database is that of DOMAINFLOW_URL; without it, that of DB_HOST with the secret DB_SECRET_ARN.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text

from trueup import TrueupError
from trueup.cli.verification.checklist import checklist
from trueup.cli.verification.document import document
from trueup.cli.verification.forms import junit, markdown
from trueup.cli.verification.lines import Line, lines_of, summary
from trueup.lifecycle.verification import Verification

from .handlers import THROUGH_PROXY, URL
from .verification import verify

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report. Returns 0 if every check succeeds, else 1."""
    options = _options(arguments)
    console = Console(highlight=False)
    try:
        found = verify(os.environ.get(URL, THROUGH_PROXY))
    except TrueupError as error:
        console.print(Text(f"✗ {error}", "red"), soft_wrap=True)
        _log.error("no check was made: %s", error.code)
        return 1
    lines = list(lines_of(found, lambda command: command))
    _tell_in_detail(lines, options.log)
    match options.format:
        case "checks":
            for text in checklist(found.declared, found.present, lines, console.width):
                console.print(text)
            console.print(_verdict(found))
        case "markdown":
            print(markdown(lines, summary(found)))
        case "junit":
            print(junit(lines))
        case _:
            print(document(found, lines, "").model_dump_json(indent=2))
    return 0 if _is_green(found) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("systems.domainflow.verify", description=__doc__)
    forms = ("checks", "json", "junit", "markdown")
    parser.add_argument("--format", choices=forms, default="checks", help="the form of the report")
    parser.add_argument("--log", type=Path, help="write a line of JSON for each check to this file")
    return parser.parse_args(arguments)


def _is_green(found: Verification) -> bool:
    return not found.differing() and not found.unknown


def _verdict(found: Verification) -> Text:
    if _is_green(found):
        return Text("\n✓ All checks passed: the database is as it is declared.", "green")
    differing, unknown = len(found.differing()), len(found.unknown)
    return Text(f"\n✗ {differing} checks failed, {unknown} could not be made.", "bold red")


def _tell_in_detail(lines: Sequence[Line], path: Path | None) -> None:
    """All that is known of each check, as a record of the log, and as a line of a file."""
    details = list(_details(lines))
    for one in details:
        level = logging.INFO if one["verdict"] == "agrees" else logging.WARNING
        _log.log(level, "%(verdict)s %(table)s %(fact)s", one, extra={"check": one})
    if path is not None:
        text = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in details)
        path.write_text(text, encoding="utf-8")


def _details(lines: Sequence[Line]) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines, start=1):
        yield {"number": number, "of": len(lines), **asdict(line), "severity": str(line.severity)}


if __name__ == "__main__":
    sys.exit(main())
