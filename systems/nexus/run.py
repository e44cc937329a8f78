"""The whole life of the layer on one file: create, fill, ask, close, open again, compare."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import trueup
from trueup import Database

from .checks import Check, check_catalogues
from .questions import CONTROL, Answer, ask_all
from .seeds import SEEDED_AT, Seeded, seed
from .tables import layer, mappings


@dataclass(frozen=True, slots=True)
class SentRequest:
    """What one call of a repository sends."""

    call: str
    sql: str
    parameters: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did and found.

    is_kept: whether the file stays. deployed_as: logical to physical table names.
    """

    database: str
    is_kept: bool
    deployed_as: dict[str, str]
    seeded: list[Seeded]
    answers: list[Answer]
    request: SentRequest
    checks: list[Check]
    duration_s: float

    @property
    def items(self) -> int:
        """How many items were stored."""
        return sum(seeded.items for seeded in self.seeded)

    @property
    def seeding_s(self) -> float:
        """How long storing them took."""
        return sum(seeded.duration_s for seeded in self.seeded)

    @property
    def agrees(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


def run(database: Path, *, is_kept: bool) -> Report:
    """Do everything on one file, which may exist: seeding replaces what is there by the same."""
    started = time.perf_counter()
    url = f"sqlite:///{quote(str(database))}"
    with trueup.connect(url, layer, clock=SEEDED_AT.timestamp) as db:
        db.create_tables()
        seeded = seed(db)
        answers = ask_all(db)
        request = _show_request(db)
    with trueup.connect(f"{url}?mode=ro", layer, clock=SEEDED_AT.timestamp) as db:
        checks = [_check_answers(answers), *check_catalogues(db)]
    duration_s = time.perf_counter() - started
    return Report(
        database=str(database),
        is_kept=is_kept,
        deployed_as=layer.physical_names(os.environ),
        seeded=seeded,
        answers=answers,
        request=request,
        checks=checks,
        duration_s=duration_s,
    )


def _check_answers(answers: list[Answer]) -> Check:
    declared = sum(len(table.patterns) for table in layer.tables)
    found = sum(answer.items > 0 for answer in answers)
    return Check("access patterns have an answer", declared, found, 0)


def _show_request(db: Database) -> SentRequest:
    """The request of a reverse query, made and not sent."""
    request = db.repository(mappings).requests.query(CONTROL, index="ReverseIndex")
    statement = request.payload.statements[0]
    return SentRequest(
        f'query("{CONTROL}", index="ReverseIndex")', statement.sql, tuple(statement.parameters)
    )
