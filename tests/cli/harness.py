"""Golden transcripts of commands: what a person sees, and the exit code, line by line.

To test a command `plan`, write `cases_plan.py` beside this file:

    CASES = [
        Case("a new table", Write("app/tables.py", TABLES), "trueup plan", "trueup plan --json"),
    ]

Each case runs in an empty folder and a clean environment, as processes with pipes: 80 columns, no
colours. `python -m tests.cli.update plan` writes `golden/plan.txt`; read the difference before it
is committed. A line that begins with `2> ` is of stderr; `(2)` is the exit code. The folder is
FOLDER there; give `hides=` patterns of what differs from run to run. What `--json` prints is
checked against the schema in docs/schemas.

What holds for every command needs no case: `test_every_command.py` asks each for its help, and runs
it with a wrong option, without configuration, with a stage and a layer that do not exist, and
with Ctrl-C. `python -m tests.cli.update common_plan trueup` writes that.

For a terminal, and for what is typed there, use `Shell.run_in_terminal` of `shell.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter

from tests.cli.shell import COLUMNS, Result, Shell
from tools.json_schemas import find_documents

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"


@dataclass(frozen=True)
class Write:
    """A file that a case writes."""

    name: str
    text: str


@dataclass(frozen=True)
class Python:
    """A script that a case runs, which must end well and is no part of the transcript."""

    text: str


Step = Write | Python | str


@dataclass(frozen=True, init=False)
class Case:
    """Files to write and commands to run, one after the other. hides: patterns that differ."""

    name: str
    steps: Sequence[Step]
    hides: Sequence[str] = ()
    environ: dict[str, str] = field(default_factory=dict)

    def __init__(self, name: str, *steps: Step, hides: Sequence[str] = (), **environ: str) -> None:
        for field_name, value in (
            ("name", name),
            ("steps", steps),
            ("hides", hides),
            ("environ", environ),
        ):
            object.__setattr__(self, field_name, value)


def find_cases() -> dict[str, list[Case]]:
    """The cases of each module `cases_<command>.py`."""
    return {
        path.stem.removeprefix("cases_"): import_module(f"tests.cli.{path.stem}").CASES
        for path in sorted(HERE.glob("cases_*.py"))
    }


def transcript_of(case: Case) -> str:
    """Run a case in an empty folder; its transcript.

    The paths of these folders have one length: lines with a path break at the same places.
    """
    with TemporaryDirectory(dir="/tmp") as name:
        return _transcript_in(Path(name).resolve(), case)


def _transcript_in(folder: Path, case: Case) -> str:
    shell = Shell(folder, case.environ)
    text = "".join(_steps(case, shell)).replace(str(folder), "FOLDER")
    text = text.replace("\n2>     FOLDER", " FOLDER")  # a long path stands on its own line
    for pattern in case.hides:
        text = re.sub(pattern, "…", text)
    return text


def _steps(case: Case, shell: Shell) -> Iterator[str]:
    for step in case.steps:
        if isinstance(step, Write):
            shell.write(step.name, step.text)
            continue
        if isinstance(step, Python):
            done = shell.run_script(step.text)
            assert done.code == 0, done.err
            continue
        result = shell.run(step)
        check_form(step, result)
        yield f"$ {step}\n{result.out}{_marked(result.err)}({result.code})\n"


PRINTS_FILES = ("--format", "trueup adopt")
"""Commands whose text is meant for a file, which may have longer lines."""


def check_form(line: str, result: Result) -> None:
    """What holds for every output: no colours in a pipe, no line too long, JSON by its schema."""
    assert not result.has_colours, line
    if "--json" in line.split():
        check_document(line, result)
    elif not any(part in line for part in PRINTS_FILES):
        assert too_long(result.out + result.err) == [], line


def check_document(line: str, result: Result) -> None:
    """stdout is one document by the schema of its command; or else stderr is one of an error."""
    name, text = (line.split()[1], result.out) if result.out else ("error", result.err)
    adapter: TypeAdapter[Any] = TypeAdapter(find_documents()[name])
    adapter.validate_python(json.loads(text), strict=False)


def too_long(text: str) -> list[str]:
    """The lines of more than 80 columns that could have been broken at a space."""
    return [
        one
        for one in text.splitlines()
        if len(one) > COLUMNS and any(len(word) < COLUMNS // 2 for word in one.split()[1:])
        if len(one.split()) > 2
    ]


def _marked(text: str) -> str:
    return "".join(f"2> {line}\n" for line in text.splitlines())


@cache
def golden_of(command: str) -> dict[str, str]:
    """The transcripts in a golden file, by the names of their cases."""
    path = GOLDEN / f"{command}.txt"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)[1:]
    return {name: body.strip("\n") + "\n" for name, body in zip(*[iter(parts)] * 2, strict=True)}


def write_golden(command: str, transcripts: dict[str, str]) -> None:
    """Write a golden file."""
    GOLDEN.mkdir(exist_ok=True)
    blocks = [f"## {name}\n{text}" for name, text in transcripts.items()]
    (GOLDEN / f"{command}.txt").write_text("\n".join(blocks), encoding="utf-8")
