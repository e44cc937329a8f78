"""The document of `trueup migrate --json`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from ...errors import Blocked
from ...migrations.files import Migration
from ...migrations.history import Record, State
from ...migrations.port import MigrationDatabase
from ...migrations.problems import Fault, Problem, file_of, find_problems
from ...migrations.proving.proofs import Proof, Proofs
from ...migrations.repeatable.files import Repeatable
from ...migrations.repeatable.history import newest, read_kept
from ...migrations.repeatable.running import outdated
from ...migrations.shapes import fingerprint
from ...migrations.squash import as_settled
from ..output import JsonDocument


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Standing(StrEnum):
    """How a file and the database stand to each other."""

    PENDING = "pending"
    APPLIED = "applied"
    BASELINE = "baseline"
    APPLYING = "applying"
    UNDOING = "undoing"


class MigrationLine(_Part):
    """A migration. at, by: when and by whom it was applied. statement: of a half-applied one, how
    many are done; is_in_doubt: whether the next one may have run. proof: empty if one fits, else
    why none does. note: what was out of the ordinary when it ran."""

    version: int
    name: str
    standing: Standing
    checksum: str
    at: str = ""
    by: str = ""
    duration_ms: int = 0
    statement: int = 0
    is_in_doubt: bool = False
    proof: str = ""
    note: str = ""


class RepeatableLine(_Part):
    """A repeatable file. at, by: when and by whom it last ran. why: it runs at the next `up`; empty
    if it does not. proof: empty if one fits, else why none does."""

    name: str
    checksum: str
    at: str = ""
    by: str = ""
    duration_ms: int = 0
    why: str = ""
    proof: str = ""


class ProblemLine(_Part):
    """What does not fit between the files and the history."""

    fault: Fault
    name: str
    what: str
    fix: str


class ProofLine(_Part):
    """A proof that was made or refused. why: empty if it was made. upgrades_from: the versions that
    it was reached from in one run, 0 for an empty database."""

    name: str
    why: str = ""
    rows: dict[str, int] = Field(default_factory=dict)
    loses_up: list[str] = Field(default_factory=list)
    loses_down: list[str] = Field(default_factory=list)
    few: list[str] = Field(default_factory=list)
    upgrades_from: list[int] = Field(default_factory=list)


class Going(_Part):
    """A migration that a run down would undo, with what goes. rows: of the tables that go."""

    name: str
    loses: list[str]
    rows: dict[str, int]


class MigrateDocument(JsonDocument):
    """What `trueup migrate --json` prints. done: the migrations that an action applied, undid,
    wrote or noted, or what it repaired. others: the last version in the history of each
    other tool. renamed: the new name of each file that was renamed. stale: whose proofs were
    removed, as they no longer fit. to_prove: the files without a proof. unseen: the stages that
    could not be asked what they have, and why."""

    action: str
    stage: str
    migrations: list[MigrationLine] = Field(default_factory=list)
    repeatables: list[RepeatableLine] = Field(default_factory=list)
    problems: list[ProblemLine] = Field(default_factory=list)
    proofs: list[ProofLine] = Field(default_factory=list)
    done: list[str] = Field(default_factory=list)
    would_go: list[Going] = Field(default_factory=list)
    others: dict[str, str] = Field(default_factory=dict)
    renamed: dict[str, str] = Field(default_factory=dict)
    stale: list[str] = Field(default_factory=list)
    to_prove: list[str] = Field(default_factory=list)
    unseen: dict[str, str] = Field(default_factory=dict)


def lines_of(
    files: Sequence[Migration],
    history: Sequence[Record],
    proofs: Proofs,
    database: MigrationDatabase,
) -> list[MigrationLine]:
    """A line for each migration that there is, as a file or in the history."""
    owned = [(file_of(files, one), one) for one in history]
    records = {file.name: one for file, one in owned if file}
    lines = [_line(one, records.get(one.name), proofs, database) for one in files]
    gone = [_gone(one) for file, one in owned if file is None]
    return sorted([*lines, *gone], key=lambda line: line.version)


def _line(
    file: Migration, record: Record | None, proofs: Proofs, database: MigrationDatabase
) -> MigrationLine:
    proof = "" if proofs.of(file, database) else proofs.why_not(file, database)
    if record is None:
        return MigrationLine(
            version=file.version,
            name=file.name,
            standing=Standing.PENDING,
            checksum=file.checksum,
            proof=proof,
        )
    return _gone(record).model_copy(update={"proof": proof})


def _gone(record: Record) -> MigrationLine:
    is_over = record.state in (State.APPLIED, State.BASELINE)
    return MigrationLine(
        version=record.version,
        name=record.name,
        standing=Standing(record.state.value),
        checksum=record.checksum,
        at=record.at,
        by=record.by,
        duration_ms=record.duration_ms,
        statement=0 if is_over else record.statements,
        is_in_doubt=record.is_outside,
        note=record.note,
    )


def repeatable_lines(
    repeatables: Sequence[Repeatable], proofs: Proofs, database: MigrationDatabase
) -> list[RepeatableLine]:
    """A line for each repeatable file."""
    if not repeatables:
        return []
    kept = read_kept(database)
    last = newest(kept)
    why = {one.name: text for one, text in
           outdated(repeatables, kept, fingerprint(database.objects()))}  # fmt: skip
    return [
        RepeatableLine(
            name=one.name,
            checksum=one.checksum,
            at=last[one.name].at if one.name in last else "",
            by=last[one.name].by if one.name in last else "",
            duration_ms=last[one.name].duration_ms if one.name in last else 0,
            why=why.get(one.name, ""),
            proof="" if proofs.of(one, database) else proofs.why_not(one, database),
        )
        for one in repeatables
    ]


def settled_problems(
    files: Sequence[Migration], history: Sequence[Record]
) -> tuple[Sequence[Record], list[Problem]]:
    """The history as `up` would see it, and the problems of it."""
    try:
        settled = as_settled(history, files)
    except Blocked as error:
        return history, [Problem(Fault.MISSING, "", error.what, error.fix)]
    return settled, find_problems(files, settled)


def problem_line(problem: Problem) -> ProblemLine:
    """A problem as a part of the document."""
    return ProblemLine(fault=problem.fault, name=problem.name, what=problem.what, fix=problem.fix)


def proof_line(proof: Proof) -> ProofLine:
    """A proof as a part of the document."""
    return ProofLine(
        name=proof.name,
        rows=proof.rows,
        loses_up=proof.loses_up,
        loses_down=proof.loses_down,
        few=proof.few,
        upgrades_from=proof.upgrades_from,
    )


def going(
    migrations: Sequence[Migration], proofs: Proofs, database: MigrationDatabase
) -> list[Going]:
    """What a run down over migrations would take with it."""
    return [_going(one, proofs.of(one, database), database) for one in migrations]


def _going(migration: Migration, proof: Proof | None, database: MigrationDatabase) -> Going:
    loses = [*migration.down.loses, *(proof.loses_down if proof else ["nobody knows: no proof"])]
    made = sorted(proof.after.keys() - proof.before.keys()) if proof else []
    live = {shape.label.rpartition(".")[2]: shape.name for shape in database.shapes()}
    rows = {
        name: int(database.query(f"SELECT count(*) FROM {live[name]}")[0][0])
        for name in (one.rpartition(".")[2].rpartition(" ")[2] for one in made)
        if name in live
    }
    return Going(name=migration.name, loses=loses, rows=rows)
