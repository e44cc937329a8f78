"""trueup migrate: a database changes by versions, files of SQL that are proved before they run."""

from __future__ import annotations

from typing import Annotated

import typer

from ..configuration import find_stage, load_stage
from ..configuration.stage import Stage
from ..errors import Blocked, ErrorCode, Place
from ..lifecycle.clocks import TRUE_CLOCKS
from ..lifecycle.owner import find_owner
from ..migrations.baseline import baseline
from ..migrations.files import Migration, read_branches, read_folder
from ..migrations.guards import Allowed, check_stage_goes_back
from ..migrations.history import read_history
from ..migrations.opening import dialect_of, open_migrations
from ..migrations.port import MigrationDatabase
from ..migrations.problems import pending
from ..migrations.proving.folder import prove, released_before
from ..migrations.proving.proofs import Proof, Proofs, read_proofs, write_proofs
from ..migrations.proving.refusals import Refused
from ..migrations.repair import repair
from ..migrations.repeatable.files import Repeatable, read_repeatables
from ..migrations.runner import Run, check_version, chosen_down, down, up
from ..migrations.squashing import squash
from ..migrations.writing import new_path, template, write_new
from .errors import interruptible
from .exit_codes import ExitCode
from .migrating.document import (
    MigrateDocument,
    ProofLine,
    going,
    lines_of,
    problem_line,
    proof_line,
    repeatable_lines,
    settled_problems,
)
from .migrating.options import Action, MigrateOptions, usage
from .migrating.planned import planned_sql
from .migrating.rebasing import rebase
from .migrating.text import (
    Progress,
    print_going,
    print_lines,
    print_problems,
    print_proof,
    print_refused,
    print_repeatables,
)
from .options import Common
from .output import GOOD, Output
from .wording import counted

_READS_BRANCHES = frozenset({Action.STATUS, Action.DOWN, Action.REBASE})
"""What also works while two files have one version, so that it can be settled."""

GO_ON = "run the command again: it goes on from there"


def run(
    common: Common,
    options: MigrateOptions,
    action: Annotated[Action, typer.Argument(help="What to do.")],
    argument: Annotated[
        str,
        typer.Argument(
            metavar="[NAME|COUNT|VERSION]",
            help="new: the name; rebase: the files; down: how many; others: the version.",
        ),
    ] = "",
) -> ExitCode:
    """Change a database by versions: files of SQL in order, each proved, each noted in a history.

    new NAME writes a file; verify proves the files on a shadow database, up and down, over rows; up
    applies what is pending; down COUNT undoes; status shows how files and database stand; repair
    VERSION settles what does not fit; rebase puts the files of one branch behind those of another,
    by new numbers; baseline VERSION begins the history of a database that is
    there; squash VERSION makes one file of many.
    """
    output = Output(common.json, goes_on=action is not Action.STATUS)
    stage = find_stage(common.stage_options)
    read = read_branches if action in _READS_BRANCHES else read_folder
    files = read(stage.migrations, dialect_of(stage.url))
    call = _Call(stage, files, options, output, argument)
    if action is Action.NEW:
        return call.from_plan(common) if options.from_plan else call.new()
    if action is Action.REBASE:
        return rebase(stage, files, argument, output)
    shadow_url = options.shadow_url
    is_read = action is Action.STATUS
    with open_migrations(stage.url, is_read=is_read, shadow_url=shadow_url) as database:
        match action:
            case Action.STATUS:
                return call.status(database)
            case Action.VERIFY:
                return call.verify(database)
            case Action.UP:
                return call.up(database)
            case Action.DOWN:
                return call.down(database)
            case Action.REPAIR:
                return call.repair(database)
            case Action.BASELINE:
                return call.baseline(database)
            case Action.SQUASH:
                return call.squash(database)


class _Call:
    """One call of the command."""

    def __init__(
        self,
        stage: Stage,
        files: list[Migration],
        options: MigrateOptions,
        output: Output,
        argument: str,
    ) -> None:
        self._stage = stage
        self._files = files
        self._options = options
        self._output = output
        self._argument = argument

    def new(self) -> ExitCode:
        """Write the next file."""
        if not self._argument:
            raise usage("new has no name", "run trueup migrate new add_index_of_jobs")
        path = new_path(self._stage.migrations, self._files, self._argument)
        write_new(path, template())
        self._document("new", done=[path.stem])
        self._good(f"{path.parent.name}/{path.name} is written. Fill in both parts, then run "
                   "trueup migrate verify.")  # fmt: skip
        self._output.finish(f"{path.name} is written")
        return ExitCode.DONE

    def from_plan(self, common: Common) -> ExitCode:
        """Write what the plan changes as the next file, and prove it."""
        path = new_path(self._stage.migrations, self._files, self._argument or "plan")
        planned = planned_sql(load_stage(common.stage_options))
        if not planned.up:
            self._document("new")
            self._good("The tables are as declared: nothing is written.")
            return ExitCode.DONE
        write_new(path, template(planned.up, planned.down, planned.forward_only))
        self._output.note(f"{path.parent.name}/{path.name} is written")
        self._files = read_folder(self._stage.migrations, dialect_of(self._stage.url))
        self._argument = ""
        shadow_url = self._options.shadow_url
        with open_migrations(self._stage.url, is_read=True, shadow_url=shadow_url) as database:
            return self.verify(database)

    def status(self, database: MigrationDatabase) -> ExitCode:
        """Show how files and history stand."""
        history, problems = settled_problems(self._files, read_history(database))
        proofs = read_proofs(self._stage.migrations)
        lines = lines_of(self._files, history, proofs, database)
        repeated = repeatable_lines(self._repeatables(), proofs, database)
        listed = [problem_line(one) for one in problems]
        others = [] if history else list(database.others())
        document = MigrateDocument(
            action="status",
            stage=self._stage.name,
            migrations=lines,
            repeatables=repeated,
            problems=listed,
            others={one.tool: one.head for one in others},
        )
        self._output.document(document)
        print_lines(self._output, lines)
        print_repeatables(self._output, repeated)
        print_problems(self._output, listed)
        for other in others:
            what = other.unfinished or "begin ours by trueup migrate baseline VERSION"
            self._output.marked(
                "!",
                "yellow",
                f"{other.tool} has a history here, its last version is {other.head or 'none'}: "
                f"{what}",
            )
        left = len(pending(self._files, history))
        again = [one for one in repeated if one.why]
        more = f", {counted(len(again), 'repeatable file')} to run" if again else ""
        self._output.print(f"\n{counted(left, 'migration')} pending{more}, "
                           f"{counted(len(problems), 'problem')}.")  # fmt: skip
        return ExitCode.CHANGES if left or again or problems else ExitCode.DONE

    def verify(self, database: MigrationDatabase) -> ExitCode:
        """Prove files on a shadow, and write the proofs."""
        folder = self._stage.migrations
        proofs = read_proofs(folder)
        wanted = self._wanted(proofs, database)
        repeatables = self._repeatables()
        is_one = bool(self._argument) or not (
            self._options.every or any(not proofs.of(one, database) for one in repeatables)
        )
        progress, lines, is_refused = Progress(self._output), list[ProofLine](), False
        made: list[Proof] = []
        with interruptible(lambda: "no shadow is left behind", "run the command again"):
            chosen = () if is_one else repeatables
            released = released_before(
                self._files, wanted, proofs, database, every=self._options.every
            )
            for result in prove(database, self._files, wanted, progress, chosen, released):
                if isinstance(result, Refused):
                    is_refused = True
                    print_refused(self._output, result)
                    why = f"{result.what}{f': {result.error}' if result.error else ''}"
                    lines.append(ProofLine(name=result.migration.name, why=why))
                else:
                    made.append(result)
                    print_proof(self._output, result)
                    lines.append(proof_line(result))
        if made or self._options.every:
            write_proofs(folder, proofs.with_new(made, [*self._files, *repeatables]))
        self._document("verify", proofs=lines)
        kept = len(self._files) - len(wanted) + (len(repeatables) if is_one else 0)
        self._output.print(f"\n{counted(len(made), 'file')} proved now, {kept} before.")
        self._output.finish(f"{counted(len(made), 'file')} proved")
        return ExitCode.CHANGES if is_refused else ExitCode.DONE

    def _wanted(self, proofs: Proofs, database: MigrationDatabase) -> list[Migration]:
        if self._argument:
            version = self._version()
            return [one for one in self._files if one.version == version]
        every = self._options.every
        return [one for one in self._files if every or not proofs.of(one, database)]

    def up(self, database: MigrationDatabase) -> ExitCode:
        """Apply what is pending."""
        progress = Progress(self._output)
        with interruptible(progress.summary, GO_ON):
            done = up(self._run(database, progress), self._options.to)
        self._document("up", done=progress.done)
        if done or not progress.done:
            self._good(
                f"{counted(len(done), 'migration')} applied." if done else "Nothing is pending."
            )
        self._output.finish(progress.summary())
        return ExitCode.DONE

    def down(self, database: MigrationDatabase) -> ExitCode:
        """Undo the last ones; without a count or a version say only what would go."""
        count, to = self._count(), self._options.to
        check_stage_goes_back(self._stage.forward_only)
        history, _ = settled_problems(self._files, read_history(database))
        proofs = read_proofs(self._stage.migrations)
        if count is None and to is None:
            known = {one.version for one in self._files}
            there = [one for one in history if one.version in known]
            return self._say_what_would_go(
                chosen_down(self._files, there, None, 0), proofs, database
            )
        progress = Progress(self._output)
        with interruptible(progress.summary, GO_ON):
            done = down(self._run(database, progress), count, to)
        self._document("down", done=progress.done)
        self._good(f"{counted(len(done), 'migration')} undone." if done else "Nothing was undone.")
        self._output.finish(progress.summary())
        return ExitCode.DONE

    def _say_what_would_go(
        self, chosen: list[Migration], proofs: Proofs, database: MigrationDatabase
    ) -> ExitCode:
        listed = going(chosen, proofs, database)
        self._document("down", would_go=listed)
        self._output.print("Nothing was undone: say how many, or --to the version that stays.")
        self._output.print("The last are, with what goes with each:\n")
        print_going(self._output, listed)
        return ExitCode.CHANGES

    def repair(self, database: MigrationDatabase) -> ExitCode:
        """Settle what does not fit."""
        version = self._version() if self._argument else None
        decision = self._options.decision
        if (version is None) != (decision is None):
            raise usage(
                "repair takes a version and what is decided about it, or neither",
                "run trueup migrate repair 7 --accept, or see trueup migrate status",
            )
        done = repair(database, self._files, version, decision, self._options.wait)
        self._document("repair", done=done)
        for line in done:
            self._good(f"{line}.")
        if not done:
            self._good("Nothing had to be repaired.")
        self._output.finish("; ".join(done) or "nothing was changed")
        return ExitCode.DONE

    def baseline(self, database: MigrationDatabase) -> ExitCode:
        """Begin the history of a database that exists."""
        version = self._version()
        check_version(self._files, version)
        self._check_unproved()
        others = list(database.others())
        chosen = [one for one in self._files if one.version <= version]
        role = database.user()
        owner = ", ".join(filter(None, (role, find_owner())))
        done = baseline(
            database,
            chosen,
            read_proofs(self._stage.migrations),
            owner,
            TRUE_CLOCKS,
            self._options.wait,
            unproved=self._options.unproved,
        )
        heads = {one.tool: one.head for one in others}
        self._document("baseline", done=[one.name for one in done], others=heads)
        for tool, last in heads.items():
            self._output.print(f"{tool} has a history here; its last version is {last}.")
        self._good(f"{counted(len(done), 'migration')} noted as there already.")
        self._output.finish("the baseline is noted")
        return ExitCode.DONE

    def squash(self, database: MigrationDatabase) -> ExitCode:
        """Make one file of many."""
        version = self._version()
        check_version(self._files, version)
        proof = squash(database, self._stage.migrations, self._files, version)
        self._document("squash", done=[proof.name], proofs=[proof_line(proof)])
        print_proof(self._output, proof)
        self._good(f"{proof.name} stands for the files up to {version}, which are gone.")
        self._output.finish(f"{proof.name} is written")
        return ExitCode.DONE

    def _run(self, database: MigrationDatabase, progress: Progress) -> Run:
        self._check_unproved()
        options = self._options
        allowed = Allowed(
            unproved=options.unproved,
            data_loss=options.allow_data_loss,
            out_of_order=options.out_of_order,
            forward_only=self._stage.forward_only,
        )
        proofs = read_proofs(self._stage.migrations)
        owner, wait_s = find_owner(), options.wait
        repeatables = self._repeatables()
        return Run(database, self._files, proofs, allowed, owner, progress, wait_s,
                   repeatables=repeatables)  # fmt: skip

    def _repeatables(self) -> list[Repeatable]:
        return read_repeatables(self._stage.migrations, dialect_of(self._stage.url), self._files)

    def _check_unproved(self) -> None:
        if self._options.unproved and self._stage.protect:
            raise Blocked(
                f"the stage {self._stage.name} is protected: it runs what is proved, and no more",
                where=Place(note="--unproved"),
                fix="run trueup migrate verify, on a server of the same major version",
                code=ErrorCode.PROTECTED_STAGE,
            )

    def _count(self) -> int | None:
        if not self._argument:
            return None
        if not (self._argument.isascii() and self._argument.isdigit() and int(self._argument)):
            raise usage("down takes how many are undone, from 1", "run trueup migrate down 1")
        if self._options.to is not None:
            raise usage("down takes a count or --to, not both", "leave out one of them")
        return int(self._argument)

    def _version(self) -> int:
        if not (self._argument.isascii() and self._argument.isdigit()):
            raise usage("a version is a number", "see trueup migrate status for those there are")
        return int(self._argument)

    def _document(self, action: str, **parts: object) -> None:
        document = MigrateDocument.model_validate(
            {"action": action, "stage": self._stage.name, **parts}
        )
        self._output.document(document)

    def _good(self, text: str) -> None:
        self._output.marked("✓", GOOD, text)
