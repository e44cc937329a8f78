"""Proofs as a file beside the migrations, `proofs.json`: what was proved, and on what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..._dataclass import dataclass
from ...errors import ConfigurationError, Place
from ..port import MigrationDatabase

FILE = "proofs.json"
FORMAT = 1
_CONFLICT = re.compile(
    r"^<{7}[^\n]*\n(?P<ours>.*?)(?:^\|{7}.*?)?^={7}\n(?P<theirs>.*?)^>{7}[^\n]*\n",
    re.DOTALL | re.MULTILINE,
)
"""A conflict as Git marks it. Source: https://git-scm.com/docs/git-merge#_how_conflicts_are_presented"""


class Proof(BaseModel):
    """A migration that went up, down and up again on a shadow with rows.

    checksum, chain: of the file, and of it with all before it. engine, major: of the server.
    before, after: a hash for each object of the schema. rows: how many each table had.
    loses_up, loses_down: what is lost that way. few: tables in which fewer rows fit.
    is_forward: there was no way down to prove. upgrades_from: the versions that databases were
    brought from to this file in one run, 0 for an empty one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    checksum: str
    chain: str
    engine: str
    major: str
    before: dict[str, str]
    after: dict[str, str]
    rows: dict[str, int]
    loses_up: list[str] = Field(default_factory=list)
    loses_down: list[str] = Field(default_factory=list)
    few: list[str] = Field(default_factory=list)
    is_forward: bool = False
    upgrades_from: list[int] = Field(default_factory=list)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = FORMAT
    proofs: list[Proof] = Field(default_factory=list)


class Hashed(Protocol):
    """What proofs are for: a migration, or a repeatable file."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def checksum(self) -> str:
        """The hash of its text."""
        ...

    @property
    def chain(self) -> str:
        """The hash of it, and of all before it."""
        ...


@dataclass(frozen=True, slots=True)
class Proofs:
    """The proofs of a folder."""

    found: tuple[Proof, ...] = ()

    def of(self, migration: Hashed, database: MigrationDatabase) -> Proof | None:
        """The proof of a file as it is, after those before it as they are, for a server."""
        server = database.dialect.value, database.major
        for proof in self.found:
            if (proof.checksum, proof.chain) == (migration.checksum, migration.chain) and (
                proof.engine,
                proof.major,
            ) == server:
                return proof
        return None

    def why_not(self, migration: Hashed, database: MigrationDatabase) -> str:
        """Why there is no proof for a file on a server."""
        named = [proof for proof in self.found if proof.name == migration.name]
        same = [proof for proof in named if proof.checksum == migration.checksum]
        if not named:
            return "it was never proved"
        if not same:
            return "its file was changed after its proof"
        if all(proof.chain != migration.chain for proof in same):
            return "a file before it was changed after its proof"
        majors = sorted({f"{proof.engine} {proof.major}" for proof in same})
        return (
            f"it was proved on {', '.join(majors)}, and this is {database.dialect.value} "
            f"{database.major}"
        )

    def with_new(self, new: Iterable[Proof], files: Sequence[Hashed]) -> Proofs:
        """The proofs with others, which replace those of the same file and server. Proofs of texts
        that are no longer there are left out."""
        kept: Mapping[tuple[str, str, str], Proof] = {
            (proof.name, proof.engine, proof.major): proof for proof in (*self.found, *new)
        }
        current = {(one.name, one.chain) for one in files}
        found = [proof for proof in kept.values() if (proof.name, proof.chain) in current]
        return Proofs(tuple(sorted(found, key=lambda one: (one.name, one.engine, one.major))))


def read_proofs(folder: Path) -> Proofs:
    """The proofs of a folder; none if there is no file. Those of both sides, where a merge of two
    branches has left its marks. Raises ConfigurationError."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        sides = [_CONFLICT.sub(rf"\g<{side}>", text) for side in ("ours", "theirs")]
        files = [_File.model_validate_json(side) for side in dict.fromkeys(sides)]
    except FileNotFoundError:
        return Proofs()
    except (ValidationError, UnicodeDecodeError):
        files = []
    if not files or any(file.version != FORMAT for file in files):
        raise ConfigurationError(
            "the file of proofs cannot be read",
            where=Place(note=f"{folder.name}/{FILE}"),
            fix="remove it, and run trueup migrate verify",
        )
    found = [proof for file in files for proof in file.proofs]
    return Proofs(tuple(one for at, one in enumerate(found) if one not in found[:at]))


def write_proofs(folder: Path, proofs: Proofs) -> None:
    """Write the proofs of a folder, all of them or nothing."""
    document = _File(proofs=list(proofs.found)).model_dump(mode="json")
    draft = folder / f".{FILE}"
    draft.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(folder / FILE)
