"""`python -m systems.nexus.demo`: the compliance-mapping layer, on real data, in a few seconds."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from trueup import TrueupError

from .report import print_report
from .run import Report, run


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with 1: 2 means that something differs, here as in every command of Trueup."""
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the demo. Returns 0 where all checks agree, 2 where one does not, 1 for an error."""
    parser = _Parser(prog="python -m systems.nexus.demo", description=__doc__)
    parser.add_argument("--database", type=Path, metavar="PATH", help="keep the SQLite file here")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    options = parser.parse_args(arguments)
    try:
        report = _run(options.database)
    except TrueupError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(_as_json(report), indent=2))
    else:
        print_report(report)
    return 0 if report.agrees else 2


def _run(database: Path | None) -> Report:
    if database is not None:
        return run(database.absolute(), is_kept=True)
    with tempfile.TemporaryDirectory(prefix="nexus-") as folder:
        return run(Path(folder) / "nexus.db", is_kept=False)


def _as_json(report: Report) -> dict[str, object]:
    checks = [{**asdict(check), "holds": check.holds} for check in report.checks]
    return {**asdict(report), "checks": checks, "items": report.items, "agrees": report.agrees}


if __name__ == "__main__":
    sys.exit(main())
