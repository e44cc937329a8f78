"""Options of the demos, and their exit codes: those of every command of Trueup."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from .places import EMBEDDED, MINISTACK, POSTGRES


class Parser(argparse.ArgumentParser):
    """Reads the options of a demo: `--url` and `--json`, and what a demo adds."""

    def __init__(self, module: str, description: str | None) -> None:
        super().__init__(prog=f"python -m {module}", description=description)
        self.add_argument(
            "--url",
            metavar="URL",
            help=f"run there: sqlite:///file.db, {MINISTACK}, {POSTGRES} or {EMBEDDED} "
            "(are started), postgresql://host/database, "
            "dynamodb://eu-west-1 (on AWS this costs a few cents)",
        )
        self.add_argument("--json", action="store_true", help="print the findings as JSON")

    def error(self, message: str) -> NoReturn:
        """Exit with 1: 2 means that something differs."""
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: {message}\n")
