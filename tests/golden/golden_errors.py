"""Golden error texts: run the cases, normalise what they raise, read and write the files.

A file `errors/<group>.txt` has a block for each case: its name after `## `, then the text of its
error. `python -m tests.golden.update` writes the files; read the difference before it is committed.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from tests.golden import (
    apply_cases,
    command_cases,
    configuration_cases,
    database_cases,
    declaration_cases,
    dynamodb_cases,
    expression_cases,
    key_cases,
    lock_cases,
    migration_cases,
    read_cases,
    setting_cases,
    slip_cases,
    sql_cases,
    template_cases,
    tenant_cases,
    value_cases,
    write_cases,
)
from tests.golden.stage import Stage
from trueup import TransactionCancelled, TrueupError

FOLDER = Path(__file__).with_name("errors")
GROUPS = {
    "declarations": declaration_cases,
    "values": value_cases,
    "keys": key_cases,
    "expressions": expression_cases,
    "reads": read_cases,
    "writes": write_cases,
    "database": database_cases,
    "slips": slip_cases,
    "sql": sql_cases,
    "tenants": tenant_cases,
    "settings": setting_cases,
    "configuration": configuration_cases,
    "commands": command_cases,
    "apply": apply_cases,
    "migrations": migration_cases,
    "locks": lock_cases,
    "dynamodb": dynamodb_cases,
    "templates": template_cases,
}
_PYDANTIC_LINK = re.compile(r"\n +For further information visit \S+")
_DECLARED_AT = re.compile(r"[^\s]*/(\w+\.py):\d+")


@dataclass(frozen=True)
class Case:
    """A bad input: a function that raises."""

    group: str
    name: str
    run: Callable[[Stage], object]


def find_cases() -> list[Case]:
    """The public functions of the modules with cases, in the order written."""
    return [
        Case(group, name.replace("_", " "), function)
        for group, module in GROUPS.items()
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    ]


@cache
def raised_by(case: Case) -> tuple[TrueupError | ValidationError, str]:
    """The error of a case, and its normalised text."""
    with TemporaryDirectory() as name:
        stage = Stage(Path(name))
        try:
            case.run(stage)
        except (TrueupError, ValidationError) as error:
            return error, _normalised(_shown(error), name)
        finally:
            stage.close()
    raise AssertionError(f"{case.name}: nothing was raised")


def _shown(error: BaseException) -> str:
    """The text of an error, its notes, and the texts of its reasons."""
    lines = [str(error), *(f"  note: {note}" for note in getattr(error, "__notes__", ()))]
    for position, reason in enumerate(_reasons(error)):
        lines.append(f"  reason {position}: {reason}".replace("\n", "\n  "))
    return "\n".join(lines)


def _reasons(error: BaseException) -> tuple[TrueupError | None, ...]:
    return error.reasons if isinstance(error, TransactionCancelled) else ()


def _normalised(text: str, folder: str) -> str:
    text = text.replace(folder, "FOLDER")
    return _DECLARED_AT.sub(r"\1:LINE", _PYDANTIC_LINK.sub("", text))


def read_group(group: str) -> dict[str, str]:
    """The expected texts of a group, by the name of the case."""
    text = (FOLDER / f"{group}.txt").read_text(encoding="utf-8")
    blocks = [block.partition("\n") for block in text.split("## ")[1:]]
    return {name: body.strip("\n") for name, _, body in blocks}


def write_groups() -> None:
    """Write every file from what the cases raise now."""
    for group in GROUPS:
        cases = [case for case in find_cases() if case.group == group]
        blocks = [f"## {case.name}\n{raised_by(case)[1]}\n" for case in cases]
        (FOLDER / f"{group}.txt").write_text("\n".join(blocks), encoding="utf-8")
