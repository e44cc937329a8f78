"""Files that run again when their text changed: `migrations/repeatable/active_jobs.sql`.

They have no parts: their statements make what they make also where it is there already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from pathlib import Path

from ..._dataclass import dataclass
from ..files import Migration, chained, read_text
from ..parsing import Parser
from ..sections import Statement, invalid
from ..statements import Dialect

FOLDER = "repeatable"
_NAME = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Repeatable:
    """One file. name: with the folder, `repeatable/active_jobs`. chain: the hash of it, of those
    that run before it, and of all migrations."""

    name: str
    path: Path = field(compare=False)
    checksum: str
    chain: str
    text: str
    statements: tuple[Statement, ...]

    def __str__(self) -> str:
        return self.name


def read_repeatables(
    folder: Path, dialect: Dialect, files: Sequence[Migration]
) -> list[Repeatable]:
    """The repeatable files of a folder of migrations, in the order in which they run: each after
    those that it names by `-- trueup: after NAME`, else by name.

    Raises DeclarationError (migration-invalid).
    """
    texts = {path.stem: (path, read_text(path)) for path in sorted((folder / FOLDER).glob("*.sql"))}
    parsed = {name: Parser(path, dialect).parse_repeatable(text)
              for name, (path, text) in texts.items()}  # fmt: skip
    found: list[Repeatable] = []
    chain = files[-1].chain if files else ""
    after = {name: names for name, (_, names) in parsed.items()}
    for name in _in_order(after, {name: path for name, (path, _) in texts.items()}):
        path, text = texts[name]
        checksum = sha256(text.encode()).hexdigest()
        chain = chained(chain, name, checksum)
        found.append(Repeatable(f"{FOLDER}/{name}", path, checksum, chain, text, parsed[name][0]))
    return found


def _in_order(after: Mapping[str, Sequence[str]], paths: Mapping[str, Path]) -> list[str]:
    for name, names in after.items():
        missing = sorted(set(names) - after.keys())
        if missing:
            raise invalid(paths[name], 0, f"it is after {missing[0]}, which is no file", "add it")
        if not _NAME.fullmatch(name):
            raise invalid(paths[name], 0, "its name is none", "name it like active_jobs.sql")
    sorter = TopologicalSorter(after)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = list(error.args[1])
        raise invalid(paths[circle[0]], 0, f"{' and '.join(sorted(set(circle)))} are after each "
                      "other", "leave one of them out") from error  # fmt: skip
    found: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found += ready
        sorter.done(*ready)
    return found
