"""Make one file of many, and prove that it makes the same schema."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import Blocked, ErrorCode, Place, TrueupError
from .files import Migration, read_folder
from .port import MigrationDatabase
from .proving.folder import prove
from .proving.proofs import Proof, read_proofs, write_proofs
from .proving.refusals import Refused
from .repeatable.files import read_repeatables
from .sections import invalid
from .writing import DIGITS, squashed, write_new


def squash(
    database: MigrationDatabase, folder: Path, files: Sequence[Migration], version: int
) -> Proof:
    """Replace the files up to a version by one, after it is proved to make the schema that they
    make; its proof. Databases that have them keep their history: the one file says which it is for.

    Raises Blocked (migration-unproved), and nothing is replaced, if it does not.
    """
    chosen = [one for one in files if one.version <= version]
    if len(chosen) < 2:
        raise invalid(folder / "*", 0, "there is nothing to squash", "name a later version")
    python = [one.name for one in chosen if one.source]
    if python:
        raise invalid(
            chosen[-1].path,
            0,
            f"{', '.join(python)} has a Python step, whose file stays its own",
            "squash the files before it, and those after it once it is everywhere",
        )
    name = f"{version:0{DIGITS}d}_squashed.sql"
    proofs = read_proofs(folder)
    last = proofs.of(chosen[-1], database)
    if last is None:
        raise _not_proved(chosen[-1].name, proofs.why_not(chosen[-1], database))
    text = squashed(chosen)
    with TemporaryDirectory() as draft:
        path = Path(draft) / name
        write_new(path, text)
        proof = _prove(database, read_folder(Path(draft), database.dialect))
    differs = sorted(
        name
        for name in last.after.keys() | proof.after.keys()
        if last.after.get(name) != proof.after.get(name)
    )
    if differs:
        raise _not_proved(proof.name, f"it makes another schema: {', '.join(differs)}")
    _replace(folder, chosen, name, text)
    left = read_folder(folder, database.dialect)
    again = read_repeatables(folder, database.dialect, left)
    write_proofs(folder, proofs.with_new([proof], [*left, *again]))
    return proof


def _prove(database: MigrationDatabase, files: Sequence[Migration]) -> Proof:
    def silent(_event: object) -> None:
        """Tells nobody."""

    refused: tuple[str, TrueupError | None] = ("", None)
    for result in prove(database, files, files, silent):
        if isinstance(result, Refused):
            refused = result.what, result.error
        else:
            return result
    raise _not_proved(files[-1].name, f"{refused[0]}: {refused[1]}") from refused[1]


def _replace(folder: Path, chosen: Sequence[Migration], name: str, text: str) -> None:
    """Write the file, and remove those it stands for. One that is named like it goes first."""
    draft = folder / f".{name}"
    draft.write_text(text, encoding="utf-8", newline="\n")
    for one in chosen:
        one.path.unlink()
    draft.replace(folder / name)


def _not_proved(name: str, why: str) -> Blocked:
    return Blocked(
        f"no proof of {name}: {why}; no file was changed",
        where=Place(note="trueup migrate squash"),
        fix="run trueup migrate verify for the files as they are, and correct what it names",
        code=ErrorCode.MIGRATION_UNPROVED,
    )
