"""`python -m tests.cli.update [name ...]` writes golden transcripts from what commands do now."""

from __future__ import annotations

import sys

from tests.cli.harness import find_cases, transcript_of, write_golden
from tests.cli.test_every_command import common_cases

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for name, cases in (find_cases() | common_cases()).items():
        if not wanted or name in wanted:
            write_golden(name, {case.name: transcript_of(case) for case in cases})
