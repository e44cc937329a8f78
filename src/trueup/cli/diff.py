"""trueup diff: how the live tables differ from their declarations, without a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from rich.text import Text

from .._dataclass import dataclass
from ..configuration import load_stage
from ..lifecycle.inspection import Target, declared_side, live_side
from ..schema.changes import Change, ChangeKey
from ..schema.diff import diff, unseen
from ..schema.facts import Difference
from ..schema.plan import PlannedChange, described
from .exit_codes import ExitCode
from .options import Common
from .output import JsonDocument, Output
from .plan import TableOption
from .planning.document import UnseenDocument, unseen_document
from .planning.locks import LockOptions
from .planning.target import open_target_to_read
from .planning.words import change_line, change_text, unseen_line
from .wording import counted, wrapped


class DifferenceDocument(BaseModel):
    """A difference, as the change that would end it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Literal["+", "~", "-", "-/+"]
    table: str
    text: str
    change: dict[str, Any]


class DiffDocument(JsonDocument):
    """What `trueup diff --json` prints: from what is live to what the code declares."""

    layer: str
    stage: str
    differences: list[DifferenceDocument]
    unseen: list[UnseenDocument]


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences, and the facts that could not be read, by table."""

    changes: list[Change]
    unseen: list[tuple[str, Difference]]


def run(common: Common, locks: LockOptions, table: TableOption = None) -> ExitCode:
    """Show how the live tables differ from the code; nothing is changed, and no lock is taken.

    Ends with 0 if nothing differs, 2 otherwise. trueup plan also says what it takes.
    """
    staged = locks.of(load_stage(common.stage_options))
    with open_target_to_read(staged, table or []) as target:
        compared = compare(target)
    output = Output(common.json)
    output.document(
        DiffDocument(
            layer=staged.layer.name,
            stage=staged.stage.name,
            differences=[_document(change) for change in compared.changes],
            unseen=[unseen_document(name, one) for name, one in compared.unseen],
        )
    )
    for line in _text(compared, output.width):
        output.lines(line)
    return ExitCode.CHANGES if compared.changes else ExitCode.DONE


def compare(target: Target) -> Compared:
    """The declared tables beside the live ones."""
    declared = declared_side(target)
    live = {name: one.schema for name, one in live_side(target, declared).items()}
    return Compared(
        diff(declared, live),
        [
            (name, one)
            for name, schema in declared.items()
            if name in live
            for one in unseen(schema, live[name])
        ],
    )


def _text(compared: Compared, width: int) -> Iterator[Text]:
    for change in compared.changes:
        yield wrapped(change_line(change, _symbol(change)), 0, width)
    for name, difference in compared.unseen:
        yield wrapped(unseen_line(name, difference), 0, width)
    if compared.changes or compared.unseen:
        yield Text("")
    number = len(compared.changes)
    if not number:
        yield wrapped("✓ Nothing differs" + _and_unseen(compared), 0, width)
    else:
        yield wrapped(counted(number, "difference") + _and_unseen(compared), 0, width)


def _and_unseen(compared: Compared) -> str:
    unseen = counted(len(compared.unseen), "fact is", "facts are")
    return f"; {unseen} not known." if compared.unseen else "."


def _symbol(change: Change) -> Literal["+", "~", "-", "-/+"]:
    if isinstance(change, ChangeKey):
        return "-/+"
    return PlannedChange(change).symbol


def _document(change: Change) -> DifferenceDocument:
    return DifferenceDocument.model_validate(
        {
            "symbol": _symbol(change),
            "table": change.schema.name,
            "text": change_text(change),
            "change": described(change),
        }
    )
