"""Problems of code, with their places as the user named the folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ...checks.code.check import code_problems
from ...checks.problem import Problem
from ...errors import ErrorCode, InvalidCall, Place


def problems_of_code(path: Path) -> Iterator[Problem]:
    """What is wrong in a folder or file of code.

    Raises InvalidCall (usage) if it is not there.
    """
    if not path.exists():
        raise InvalidCall(
            f"{path} is not there",
            where=Place(note="trueup check --code"),
            fix="name a folder of code",
            code=ErrorCode.USAGE,
        )
    for problem in code_problems(path):
        place = path if path.is_file() else path / problem.file
        yield replace(problem, file=str(place))
