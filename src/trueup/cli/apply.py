"""trueup apply: makes the live tables as declared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field
from rich.text import Text

from .._visible import visible
from ..configuration import load_stage
from ..configuration.stage import Stage, StagedLayer
from ..errors import Blocked, ErrorCode, InvalidCall, Place, TrueupError
from ..lifecycle.aims import Seen, seen
from ..lifecycle.apply import Applied
from ..lifecycle.apply import apply as carry_out
from ..lifecycle.guards import check_allowed, check_protected, is_protected, loses, protected
from ..lifecycle.inspection import Intent, Sides, Target, inspect
from ..lifecycle.state.lock import unlock as free
from ..schema.hazard import Allowance
from ..schema.plan import Plan
from .confirm import can_ask, confirm
from .errors import interruptible
from .exit_codes import ExitCode
from .options import Common
from .output import GOOD, JsonDocument, Output
from .plan import DestroyOption, PruneOption, TableOption, VerboseOption, new_intent, show_plan
from .planning.document import PlanDocument, read_plan
from .planning.locks import LockOptions
from .planning.progress import Progress
from .planning.target import open_target
from .planning.view import check_made, view_of
from .wording import counted

GO_ON = "run trueup apply again: it goes on from there"


class ApplyDocument(JsonDocument):
    """What `trueup apply --json` prints. run_id: empty if there was nothing to do.

    done: the steps that were performed, in order. unlocked: the run whose lock was freed.
    """

    layer: str
    stage: str
    run_id: str = ""
    plan_id: str = ""
    done: list[str] = Field(default_factory=list)
    unlocked: str = ""


# The standard decorator: the fields are options with defaults, and `signature` reads them.
@dataclass(frozen=True)
class Allowed:
    """The options that say what is wanted, and allow what loses something."""

    destroy: DestroyOption = False
    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", help="Ask nobody; for automations.")
    ] = False
    prune: PruneOption = False
    allow_replace: Annotated[
        bool, typer.Option("--allow-replace", help="Drop tables, and create them anew.")
    ] = False
    allow_data_loss: Annotated[
        bool, typer.Option("--allow-data-loss", help="Give up columns, and points of recovery.")
    ] = False

    @property
    def allowances(self) -> list[Allowance]:
        """What is allowed."""
        given = {
            Allowance.PRUNE: self.prune,
            Allowance.REPLACE: self.allow_replace,
            Allowance.DATA_LOSS: self.allow_data_loss,
        }
        return [allowance for allowance, is_given in given.items() if is_given]


def run(
    common: Common,
    allowed: Allowed,
    locks: LockOptions,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A plan of trueup plan --out.")
    ] = None,
    *,
    table: TableOption = None,
    unlock: Annotated[
        str, typer.Option("--unlock", metavar="ID", help="Only free the lock of this run.")
    ] = "",
    verbose: VerboseOption = False,
) -> ExitCode:
    """Make the live tables as declared, step by step, under a lock.

    It shows the plan and asks, unless --auto-approve or a FILE says yes. A run that was killed or
    interrupted is gone on with by the next. A protected stage asks for its name.
    """
    output = Output(common.json, goes_on=True)
    staged = locks.of(load_stage(common.stage_options))
    if unlock:
        return _unlock(staged, unlock, output)
    plan = _read(file, staged, allowed.destroy, table) if file else None
    check_stage(staged.stage, plan.is_destroy if plan else allowed.destroy)
    only = plan.tables if plan else table or []
    with open_target(staged, only) as target:
        run = _Run(staged, target, allowed, output, common.named(GO_ON))
        intent = new_intent(allowed.allowances, allowed.destroy)
        applied = run.file(plan, intent) if plan else run.fresh(intent, verbose)
    _say(output, staged, applied)
    return ExitCode.DONE


class _Run:
    """One call of the command, on open tables."""

    def __init__(
        self, staged: StagedLayer, target: Target, allowed: Allowed, output: Output, go_on: str
    ) -> None:
        self._staged = staged
        self._target = target
        self._allowed = allowed
        self._output = output
        self._go_on = go_on

    def file(self, plan: PlanDocument, given: Intent) -> Applied:
        """Carry out the plan of a file, which somebody has read.

        The file only says which plan that is: what it changes, and what has to be allowed or asked,
        is planned anew from the tables, here and again under the lock.
        """
        intent = plan.intent(given)
        sides = inspect(self._target)
        view = view_of(self._target, sides, intent)
        check_made(view)
        check_allowed(view.plan, intent)
        if is_protected(sides, self._target.scope):
            show_plan(self._output, view, verbose=False)
            intent = self._agree(intent, sides, view.plan)
        return self._carry_out(intent, plan.seen)

    def fresh(self, intent: Intent, verbose: bool) -> Applied | None:
        """Plan, show, ask, and carry out; None if there is nothing to do."""
        sides = inspect(self._target)
        view = view_of(self._target, sides, intent)
        show_plan(self._output, view, verbose=verbose)
        if not (view.changes or sides.busy or sides.unrecorded or self._may_lift(sides)):
            return None
        check_made(view)
        check_allowed(view.plan, intent)
        if not (view.changes or self._may_lift(sides)):
            return self._carry_out(intent, None)
        intent = self._agree(intent, sides, view.plan)
        return self._carry_out(intent, None if self._allowed.auto_approve else seen(view.plan))

    def _may_lift(self, sides: Sides) -> bool:
        """Whether a person can say that tables recorded as protected are so no longer."""
        scope, nobody = self._target.scope, self._allowed.auto_approve or self._output.as_json
        return is_protected(sides, scope) and not scope.protect and not nobody and can_ask()

    def _agree(self, intent: Intent, sides: Sides, plan: Plan) -> Intent:
        """Ask, unless nobody has to be asked; the intent, with what a person has typed."""
        stage, scope = self._staged.stage, self._target.scope
        guarded = is_protected(sides, scope)
        if intent.is_destroy:
            check_protected(sides, plan, intent, scope)
        if self._allowed.auto_approve and not (guarded and loses(plan)):
            return intent
        if self._allowed.auto_approve:
            raise protected(
                f"the stage {stage.name} is protected, and the plan loses something",
                "run trueup apply on a terminal, where it asks for the stage's name",
                "--auto-approve",
            )
        if self._output.as_json:
            raise Blocked(
                "nobody is asked where the output is a document; nothing was changed",
                where=Place(note="--json"),
                fix="read the plan by trueup plan, then give --auto-approve or its FILE",
                code=ErrorCode.NOT_CONFIRMED,
                allowed_by="--auto-approve",
            )
        changes = len(plan.changes)
        what = counted(changes, "change")
        where = f" to the stage {stage.name}" if stage.name else ""
        if guarded and not scope.protect:
            where += ", whose tables are protected until now"
        answer = stage.name if guarded else "yes"
        confirm(f"Apply {what}{where}?", answer=answer, allowed_by="--auto-approve")
        return replace(intent, is_named=guarded)

    def _carry_out(self, intent: Intent, agreed: Seen | None) -> Applied:
        progress = Progress(self._output)
        with interruptible(progress.summary, GO_ON), _told(progress, self._output, self._go_on):
            return carry_out(self._target, intent, agreed, tell=progress)


@contextmanager
def _told(progress: Progress, output: Output, go_on: str) -> Iterator[None]:
    """Say how far a run came that fails."""
    try:
        yield
    except TrueupError:
        if progress.stopped is not None:
            output.note(f"{progress.summary()}.\nAfterwards {go_on}.\n")
        raise


def _unlock(staged: StagedLayer, run_id: str, output: Output) -> ExitCode:
    with open_target(staged) as target:
        lock = free(target.store, run_id, target.scope)
    output.document(
        ApplyDocument(layer=staged.layer.name, stage=staged.stage.name, unlocked=run_id)
    )
    whose = f"run {run_id} of {visible(lock.owner)} ({lock.scope})"
    output.print(Text("✓", GOOD) + Text(f" The lock of {whose} is free.", "none"))
    output.finish(f"the lock of run {run_id} is free")
    return ExitCode.DONE


def check_stage(stage: Stage, destroy: bool) -> None:
    """Refuse a stage that apply may not change, or not so. Raises Blocked."""
    if stage.changes == "versioned":
        raise Blocked(
            f"the stage {stage.name} changes by versions: apply changes nothing there",
            where=Place(note=f"[tool.trueup.stages.{stage.name}]"),
            fix="run trueup migrate status and trueup migrate up, which run its migrations; or "
            'write changes = "direct" for a stage that apply may change',
            code=ErrorCode.VERSIONED_STAGE,
        )
    if destroy and stage.protect:
        raise Blocked(
            f"the stage {stage.name} is protected: its tables are not dropped together",
            where=Place(note="--destroy"),
            fix="choose a stage that is not protected",
            code=ErrorCode.PROTECTED_STAGE,
        )


def _read(file: Path, staged: StagedLayer, destroy: bool, table: list[str] | None) -> PlanDocument:
    """The plan of a file, which is for this layer and stage."""
    plan = read_plan(file)
    if table or (destroy and not plan.is_destroy):
        raise InvalidCall(
            "a FILE says itself which tables are changed, and how",
            where=Place(note="trueup apply FILE"),
            fix="leave out --destroy and --table, or give them to trueup plan",
            code=ErrorCode.INVALID_OPTION,
        )
    if (plan.layer, plan.stage) != (staged.layer.name, staged.stage.name):
        of_stage = f", stage {plan.stage}" if plan.stage else ""
        raise InvalidCall(
            f"the plan is for the layer {plan.layer}{of_stage}",
            where=Place(note=str(file)),
            fix="choose that stage by --stage, or plan for this one",
            code=ErrorCode.INVALID_OPTION,
        )
    return plan


def _say(output: Output, staged: StagedLayer, applied: Applied | None) -> None:
    facts = ApplyDocument(layer=staged.layer.name, stage=staged.stage.name)
    if applied is None:
        output.document(facts)
        output.finish("nothing was left to do")
        return
    output.document(
        facts.model_copy(
            update={
                "run_id": applied.run_id,
                "plan_id": applied.plan_id,
                "done": list(applied.done),
            }
        )
    )
    if not applied.done:
        output.print(Text("✓", GOOD) + Text(" Nothing was left to do.", "none"))
        output.finish("nothing was left to do")
        return
    steps = counted(len(applied.done), "step")
    output.print(Text("✓", GOOD) + Text(f" Applied, in {steps}.", "none"))
    output.finish(f"the run is done, in {steps}: {'; '.join(applied.done)}")
