"""The table of commands. Nothing is imported for it, so that `trueup --help` costs little."""

from __future__ import annotations

from .._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command: a module of this package with a function `run`.

    document: the name in that module of the model that `--json` prints.
    """

    name: str
    help: str
    document: str

    @property
    def module(self) -> str:
        """The full name of its module."""
        return f"{__package__}.{self.name}"


# To add a command `plan`:
#
# 1. Write `plan.py` beside this file. Its function `run` has a parameter for each argument or
#    option, annotated as typer has it, and `common: Common` (of `options.py`) for the options that
#    choose a stage, and `--json`. Its docstring is the page of `trueup plan --help`. It decides
#    nothing: it calls the layers below, prints by `Output(common.json)`, and returns an ExitCode.
#
#        def run(common: Common, table: TableOption = "") -> ExitCode:
#            """Show what apply would change."""
#            staged = load_stage(common.stage_options)
#            ...
#            output.print(text) or output.document(PlanDocument(...))
#            return ExitCode.CHANGES
#
#    Errors are TrueupErrors and are left alone: `errors.py` prints them, and ends with 3 for a
#    Blocked, otherwise with 1. Ask by `confirm.py` only. What changes a database stands in
#    `with interruptible(...)` of `errors.py`, which says after Ctrl-C what is done.
# 2. Give it a row below, in the order of a table's life. `document` is a JsonDocument of
#    `output.py`; `python -m tools.json_schemas` writes its schema to docs/schemas.
# 3. Write `docs/commands/plan.md` with a transcript, whose outputs
#    `python -m tests.docs.transcripts docs/commands/plan.md` fills in, and its rows in `index.md`.
# 4. Write golden cases, as `tests/cli/harness.py` says, and `python -m tests.cli.update`.
COMMANDS = (
    Command(
        "init", "Write a project that works, with a layer, a test and a stage.", "InitDocument"
    ),
    Command("diff", "Show how the live tables differ from the code.", "DiffDocument"),
    Command("plan", "Show what apply would change, and how.", "AnyPlanDocument"),
    Command("apply", "Make the live tables as declared.", "ApplyDocument"),
    Command("migrate", "Change a database by versions, as files of SQL.", "MigrateDocument"),
    Command("verify", "Compare every declared fact with the live tables.", "VerifyDocument"),
    Command("check", "Find mistakes in declarations and templates.", "CheckDocument"),
    Command("adopt", "Write declarations for tables that exist.", "AdoptDocument"),
    Command("seed", "Put the items that a stage begins with.", "SeedDocument"),
    Command("query", "Show the items that answer a question.", "QueryDocument"),
    Command(
        "generate", "Write what is computed: documentation, infrastructure.", "GenerateDocument"
    ),
    Command("doctor", "Find out what stands in the way of the commands.", "DoctorDocument"),
)


def find_command(name: str) -> Command | None:
    """The command of a name."""
    return next((command for command in COMMANDS if command.name == name), None)
