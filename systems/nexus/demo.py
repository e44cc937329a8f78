"""`python -m systems.nexus.demo`: the compliance-mapping layer, on real data, in a few seconds."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import quote

from trueup import TrueupError

from ..options import Parser
from ..places import Place, place_at, temporary_file
from .report import print_report
from .run import Report, run, run_and_compare


def main(arguments: list[str] | None = None) -> int:
    """Run the demo. Returns 0 where all checks agree, 2 where one does not, 1 for an error."""
    parser = Parser("systems.nexus.demo", __doc__)
    parser.add_argument("--database", type=Path, metavar="PATH", help="keep the SQLite file here")
    options = parser.parse_args(arguments)
    try:
        report = _run(options.url, options.database)
    except TrueupError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(_as_json(report), indent=2))
    else:
        print_report(report)
    return 0 if report.agrees else 2


def _run(url: str | None, database: Path | None) -> Report:
    if url is not None:
        with place_at(url) as place:
            return run_and_compare(place, is_kept=place.engine == "sqlite")
    if database is not None:
        return run(Place(f"sqlite:///{quote(str(database.absolute()))}", "sqlite"), is_kept=True)
    with temporary_file() as file:
        return run(file)


def _as_json(report: Report) -> dict[str, object]:
    """The findings without the items that were found."""
    checks = [{**asdict(check), "holds": check.holds} for check in report.checks]
    answers = [answer.summary() for answer in report.answers]
    rest = asdict(replace(report, answers=[]))
    more = {"items": report.items, "agrees": report.agrees}
    return {**rest, "answers": answers, "checks": checks, **more}


if __name__ == "__main__":
    sys.exit(main())
