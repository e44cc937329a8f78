"""The whole life of the layer in one place: create, fill, ask, close, open again, compare."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace

import trueup
from trueup import Database

from ..answers import Answer, ask_all, differing
from ..places import Place, temporary_file
from .checks import Check, check_catalogues
from .questions import CONTROL, examples
from .seeds import SEEDED_AT, Seeded, seed
from .tables import layer, mappings


@dataclass(frozen=True, slots=True)
class SentRequest:
    """What one call of a repository sends: SQL and its parameters, or JSON."""

    call: str
    language: str
    text: str
    parameters: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did and found.

    is_kept: whether the file stays. deployed_as: logical to physical table names.
    different: patterns whose answers differ from those of a new SQLite file; None where they were
    not compared.
    """

    database: str
    engine: str
    is_kept: bool
    deployed_as: dict[str, str]
    seeded: list[Seeded]
    answers: list[Answer]
    request: SentRequest
    checks: list[Check]
    duration_s: float
    different: list[str] | None = None

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
        """Whether every check holds, and every answer is the same everywhere."""
        return all(check.holds for check in self.checks) and not self.different


def run(place: Place, *, is_kept: bool = False) -> Report:
    """Do everything in one place. It may be filled: seeding replaces what is there by the same."""
    started = time.perf_counter()
    clock, names = SEEDED_AT.timestamp, place.names
    with trueup.connect(place.url, layer, clock=clock, table_names=names) as db:
        db.create_tables()
        seeded = seed(db)
        answers = ask_all(db, layer, examples())
        request = _show_request(db)
    reopened = f"{place.url}?mode=ro" if place.engine == "sqlite" else place.url
    with trueup.connect(reopened, layer, clock=clock, table_names=names) as db:
        checks = [_check_answers(answers), *check_catalogues(db)]
    called = layer.physical_names(os.environ)
    return Report(
        database=place.url,
        engine=place.engine,
        is_kept=is_kept,
        deployed_as={one: place.names.replace("{table}", name) for one, name in called.items()},
        seeded=seeded,
        answers=answers,
        request=request,
        checks=checks,
        duration_s=time.perf_counter() - started,
    )


def run_and_compare(place: Place, *, is_kept: bool = False) -> Report:
    """Do everything there and in a new SQLite file, and compare the answers to all questions."""
    report = run(place, is_kept=is_kept)
    with temporary_file() as file:
        theirs = run(file).answers
    return replace(report, different=differing(layer, report.answers, theirs))


def _check_answers(answers: list[Answer]) -> Check:
    declared = sum(len(table.patterns) for table in layer.tables)
    found = sum(answer.items > 0 for answer in answers)
    return Check("access patterns have an answer", declared, found, 0)


def _show_request(db: Database) -> SentRequest:
    """The request of a reverse query, made and not sent."""
    call = f'query("{CONTROL}", index="ReverseIndex")'
    payload = db.repository(mappings).requests.query(CONTROL, index="ReverseIndex").payload
    if hasattr(payload, "body"):
        return SentRequest(call, "json", json.dumps(json.loads(payload.body), indent=2))
    statement = payload.statements[0]
    return SentRequest(call, "sql", statement.sql, tuple(statement.parameters))
