"""Seed: the items that a set gives one table; several with one name are one set."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from .._dataclass import dataclass
from .._kinds import misspelt
from ..errors import DeclarationError, ErrorCode, InvalidCall, Place
from ..model.declarations.base import Model
from ..model.declarations.table import Table

M = TypeVar("M", bound=Model)

SUFFIXES = (".csv", ".json", ".jsonl")


@dataclass(frozen=True)
class Seed(Generic[M]):
    """Items of one table, under the name of their set: `Seed("demo", orders, [Order(...)])`.

    name: of the set; `trueup seed demo` plants everything of that name, in the order declared.
    items: models; or a function of the present, for what follows the clock; or the path of a
        file, from the folder of the declaration: `.json` (a list), `.jsonl` or `.csv`.
    stages: the stages that the set is for, by default all. A protected stage needs a flag as well.
    only_new: leave items that are there as they are, whatever they hold.
    declared_at: file and line of the declaration.

    What a function gives is asked for two moments: attributes that differ follow the clock, and
    are no reason to write an item again. A key may not follow it.

    Raises DeclarationError for what can be no items.
    """

    name: str
    table: Table[M]
    items: Sequence[M] | Callable[[datetime], Iterable[M]] | Path
    _: KW_ONLY
    stages: Sequence[str] = ()
    only_new: bool = False
    declared_at: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "declared_at", _place_of_declaration())
        given: object = self.items
        problem = ""
        if not isinstance(self.table, Table):
            problem = "its table is no Table"
        elif isinstance(given, Path):
            if given.suffix not in SUFFIXES:
                problem = f"its file is none of {', '.join(SUFFIXES)}"
        elif not callable(given) and not isinstance(given, Sequence):
            problem = "its items are no list, no function and no path"
        if isinstance(self.stages, str):
            problem = "its stages are a text, not a tuple of texts"
        if problem:
            raise DeclarationError(
                f"the seed {self.name!r} cannot be planted: {problem}",
                where=Place(note=self.declared_at),
                fix='declare it as Seed("demo", orders, [Order(...)], stages=("dev",))',
            )

    @property
    def path(self) -> Path | None:
        """The file, if the items are in one."""
        if not isinstance(self.items, Path):
            return None
        return Path(self.declared_at.rpartition(":")[0]).parent / self.items


def _place_of_declaration() -> str:
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__") in (__name__, "typing", "dataclasses") and frame.f_back:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def seeds_of_stage(
    seeds: Iterable[Seed[Any]], stage: str, names: Sequence[str] = ()
) -> list[Seed[Any]]:
    """The seeds of the named sets; without names, of every set that is for the stage.

    stage: empty if none is in force; then every set may be planted.

    Raises InvalidCall if there is no such set, or it is for other stages.
    """
    declared = list(seeds)
    known = dict.fromkeys(seed.name for seed in declared)
    for name in names:
        if name not in known:
            raise _refused(f"there is no set {name!r}", misspelt(name, known, "sets"))
    allowed = [seed for seed in declared if not stage or not seed.stages or stage in seed.stages]
    for name in names:
        if name not in {seed.name for seed in allowed}:
            stages = dict.fromkeys(
                one for seed in declared if seed.name == name for one in seed.stages
            )
            raise _refused(
                f"the set {name!r} is not for the stage {stage!r}",
                f"its stages are: {', '.join(stages)}",
            )
    return [seed for seed in allowed if not names or seed.name in names]


def _refused(what: str, fix: str) -> InvalidCall:
    return InvalidCall(what, code=ErrorCode.INVALID_OPTION, where=Place(note="seed"), fix=fix)
