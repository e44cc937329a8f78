"""Migrations as files: `migrations/0001_name.sql`, with a part up and a part down.

-- trueup: up
CREATE TABLE jobs (id bigint PRIMARY KEY);
-- trueup: down
DROP TABLE jobs;
"""

from __future__ import annotations

import re
from dataclasses import field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from .._dataclass import dataclass
from .parsing import Parser
from .python.source import check_source
from .sections import Section, Squashed, invalid
from .statements import Dialect

_FILE = re.compile(r"(\d{1,18})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. version: its number. name: of the file without its ending, `0001_name`.

    checksum: SHA-256 of the text with LF at the ends of lines, and of that of its Python steps.
    chain: of that and of all before.
    forward_only: why it has no way down; then `down` has no statements. squashes: the files that it
        stands for. source: the text of its Python steps.
    """

    version: int
    name: str
    path: Path = field(compare=False)
    checksum: str
    chain: str
    up: Section
    down: Section
    forward_only: str = ""
    squashes: tuple[Squashed, ...] = ()
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.name


def read_folder(folder: Path, dialect: Dialect) -> list[Migration]:
    """The migrations of a folder in order of their versions; none if it is not there.

    Raises DeclarationError (migration-invalid) for the first file that cannot be used, and for two
    files with one version.
    """
    found = read_branches(folder, dialect)
    for before, one in pairwise(found):
        if before.version == one.version:
            raise invalid(
                one.path,
                0,
                f"two files have the version {one.version}: {before.name} and {one.name}",
                "run trueup migrate rebase, which renumbers that of the later branch",
            )
    return found


def read_branches(folder: Path, dialect: Dialect) -> list[Migration]:
    """The migrations of a folder in order of their versions and names, of which several may have
    one version: those of branches that were merged. Raises DeclarationError (migration-invalid)."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql"), key=_order):
        before = [one for one in found if one.version < _order(path)[0]]
        found.append(read_file(path, dialect, before[-1].chain if before else ""))
    return found


def _order(path: Path) -> tuple[int, str]:
    found = _FILE.fullmatch(path.name)
    return (int(found[1]) if found else 0, path.name)


def read_file(path: Path, dialect: Dialect, chain: str) -> Migration:
    """One migration. chain: of those before it. Raises DeclarationError (migration-invalid)."""
    found = _FILE.fullmatch(path.name)
    if not found:
        raise invalid(path, 0, "its name is none", "name it like 0007_add_index.sql")
    text = read_text(path)
    parts = Parser(path, dialect).parse(text)
    sections = parts.sections.values()
    functions = [one.function for part in sections for one in part.statements if one.function]
    source_path = path.with_suffix(".py")
    source = read_text(source_path) if source_path.exists() else ""
    check_source(source_path, source, path, functions)
    checksum = sha256(f"{text}\0{source}".encode() if source else text.encode()).hexdigest()
    return Migration(
        version=int(found[1]),
        name=path.stem,
        path=path,
        checksum=checksum,
        chain=chained(chain, path.stem, checksum),
        up=parts.sections["up"],
        down=parts.sections.get("down", Section()),
        forward_only=parts.forward_only,
        squashes=parts.squashes,
        source=source,
    )


def read_text(path: Path) -> str:
    """The text of a file. Raises DeclarationError (migration-invalid)."""
    try:
        return normal(path.read_bytes())
    except UnicodeDecodeError as error:
        raise invalid(path, 0, "it is not UTF-8", "save it as UTF-8") from error


def normal(content: bytes) -> str:
    """The text without a byte-order mark, and with LF at the ends of lines: what a checkout
    changes is no change of the file."""
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def chained(before: str, name: str, checksum: str) -> str:
    """The hash of a migration, and of all before it."""
    return sha256(f"{before}\n{name}\n{checksum}".encode()).hexdigest()
