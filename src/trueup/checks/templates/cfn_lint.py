"""cfn-lint, where it is installed: what it finds beside our rules, under codes such as
`cfn-lint:E3003`.

Source: https://github.com/aws-cloudformation/cfn-lint
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...schema.severity import Severity
from ..problem import Problem

LONGEST_S = 120
_PREFIX = "cfn-lint:"
_SEVERITIES = {
    "Error": Severity.HIGH,
    "Warning": Severity.MEDIUM,
    "Informational": Severity.LOW,
}
_SAME = {
    **dict.fromkeys(("E3002", "E3012", "E3018"), ("T001", "T011", "T012")),
    "E3033": ("T015",),
    "E3034": ("T022",),
    "E3039": ("T013", "T014"),
    "E3638": ("T031",),
    "E3639": ("T031",),
    "W2501": ("T705",),
    "W3011": ("T020",),
    "W3037": ("T405",),
}
"""Its codes that say what ours say."""
_ANYWHERE = ("E3039", "E3638", "E3639", "W3037")
"""Those that it reports at another line of the resource."""


def cfn_lint_command() -> Sequence[str]:
    """How cfn-lint is called; empty if it is not installed."""
    if find_spec("cfnlint") is not None:
        return (sys.executable, "-m", "cfnlint")
    found = shutil.which("cfn-lint")
    return (found,) if found else ()


def cfn_lint_problems(path: Path, command: Sequence[str]) -> Iterator[Problem]:
    """What cfn-lint finds in a template; not known, if it fails or takes longer than LONGEST_S."""
    try:
        ended = subprocess.run(
            [*command, "--format", "json", "--", str(path)],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        yield _unknown(path, f"cfn-lint took longer than {LONGEST_S} seconds")
    except OSError as error:
        yield _unknown(path, f"cfn-lint cannot be run: {error.strerror}")
    else:
        yield from _reported(ended, path)


def _reported(ended: subprocess.CompletedProcess[str], path: Path) -> Iterator[Problem]:
    try:
        reply = json.loads(ended.stdout)
    except ValueError:
        said = ended.stderr.strip().splitlines() or ["it printed no report"]
        yield _unknown(path, f"cfn-lint failed: {said[-1]}")
    else:
        yield from problems_of(reply, str(path))


def problems_of(reply: Iterable[Mapping[str, Any]], file: str) -> Iterator[Problem]:
    """The report of cfn-lint, `--format json`, as problems."""
    for one in reply:
        rule, place = one["Rule"], one["Location"]
        path = place.get("Path") or []
        of = str(path[1]) if path[:1] == ["Resources"] and len(path) > 1 else ""
        yield Problem(
            f"{_PREFIX}{rule['Id']}",
            _SEVERITIES.get(one.get("Level", ""), Severity.MEDIUM),
            f"{of}: {one['Message']}" if of else one["Message"],
            "see the page of the rule",
            file,
            place["Start"]["LineNumber"],
            rule.get("Source", ""),
            of=of,
        )


def without_repetitions(ours: Sequence[Problem], theirs: Iterable[Problem]) -> Iterator[Problem]:
    """What cfn-lint finds, without what our rules say of the same place."""
    for problem in theirs:
        code = problem.code.removeprefix(_PREFIX)
        if not any(
            one.code in _SAME.get(code, ())
            and one.of == problem.of
            and (one.line == problem.line or code in _ANYWHERE)
            for one in ours
        ):
            yield problem


def _unknown(path: Path, what: str) -> Problem:
    fix = "run cfn-lint on the template, and mend what it says of itself"
    return Problem("cfn-lint:failed", Severity.MEDIUM, what, fix, str(path), is_unknown=True)
