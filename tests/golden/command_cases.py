"""What commands refuse: wrong usage, files that are there, questions that nobody answers."""

from __future__ import annotations

from contextlib import redirect_stderr
from io import StringIO

import typer

from tests.golden.stage import Stage
from trueup.cli.confirm import confirm
from trueup.cli.errors import interruptible, usage_error
from trueup.cli.init import Template, run


def wrong_usage(_: Stage) -> object:
    raise usage_error(typer.BadParameter("'foo' is not one of 'a', 'b'.", param_hint="--kind"), [])


def file_that_is_there_already(stage: Stage) -> object:
    (stage.folder / "pyproject.toml").touch()
    (stage.folder / "README.md").touch()
    return run(stage.folder, Template.EMPTY)


def question_where_there_is_no_terminal(_: Stage) -> object:
    with redirect_stderr(StringIO()):
        confirm("Change 3 tables?", answer="yes", allowed_by="--auto-approve")
    return None


def interrupted_command(_: Stage) -> object:
    with interruptible(lambda: "2 of 3 steps are done", "run trueup apply again"):
        raise KeyboardInterrupt
